# SPDX-License-Identifier: GPL-3.0-or-later
# Functions for the tests of the command line. NACRE is the program; NACRE_TEST_ROOT holds a store that stays
# from one run to the next, so that only the first run has the long builds.
set -eu
: "${NACRE:?}" "${NACRE_SOURCE:?}"
ROOT=${NACRE_TEST_ROOT:-${HOME:-/tmp}/.cache/nacre-test}
export NACRE_TEST_ROOT=$ROOT  # for programs that a test starts
mkdir -p "$ROOT"

work=$(mktemp -d)
cleanup() {
  chmod -R u+w "$work" 2>/dev/null || true
  # Files that containers of an ordinary user leave may belong to the other users that podman maps.
  rm -rf "$work" 2> /dev/null || podman unshare rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

# Tests neither read nor change the home directory and the user's containers.
export HOME=$work/.home CONTAINERS_STORAGE_CONF=$work/storage.conf
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR REGISTRY_AUTH_FILE DOCKER_CONFIG
unset NACRE_ROOT NACRE_CHANNEL GUIX_CONFIGURATION_DIRECTORY
mkdir "$HOME"
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/containers" "$work/containers-run" \
  > "$CONTAINERS_STORAGE_CONF"

nacre() { "$NACRE" --root "$ROOT" "$@"; }

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

# expect_status N COMMAND…: runs it, its output in $work/out and $work/err, and checks its exit status.
expect_status() {
  local expected=$1 status=0
  shift
  "$@" > "$work/out" 2> "$work/err" || status=$?
  [ "$status" = "$expected" ] || {
    cat "$work/out" "$work/err" >&2
    fail "'$*' ended with status $status, not $expected"
  }
}

# expect_in FILE TEXT: FILE holds TEXT.
expect_in() {
  grep -qF -e "$2" "$1" || {
    cat "$1" >&2
    fail "no '$2' in $1"
  }
}

# run_in_store COMMAND…: runs a program of the store where the store is at /gnu/store.
run_in_store() {
  cat > "$work/run.scm" <<'SCM'
(exit (status:exit-val (apply system* (cdr (command-line)))))
SCM
  nacre repl -q "$work/run.scm" "$@"
}

# serve_www: serves the directory www to this machine, until the test ends; its address is in $web.
serve_www() {
  local port
  : > server.log  # it is looked at before the server has begun
  python3 -u -m http.server --bind 127.0.0.1 --directory www 0 > server.log 2>&1 &
  server=$!
  trap 'kill $server; cleanup' EXIT
  for _ in $(seq 100); do
    port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' server.log)
    [ -z "$port" ] || break
    sleep 0.1
  done
  [ -n "$port" ] || fail "no server of files could be started"
  web=http://127.0.0.1:$port
}
