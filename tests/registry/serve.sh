# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's registry on a port of its own, for the shell tests: sourced after lib.sh. Its processes end with
# the test.
command -v docker-registry > /dev/null || exit 77
command -v python3 > /dev/null || exit 77

servers=()
stop_servers() {
  [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2> /dev/null || true
  servers=()
}
trap 'stop_servers; cleanup' EXIT

# port_in FILE PATTERN: waits for the port that a server wrote into its log.
port_in() {
  local port
  for _ in $(seq 100); do
    port=$(sed -n "s/.*$2\([0-9][0-9]*\).*/\1/p" "$1" | head -1)
    [ -z "$port" ] || { echo "$port"; return; }
    sleep 0.1
  done
  cat "$1" >&2
  fail "a server did not start"
}

# start_registry NAME [LINES]: sets $registry to its HOST:PORT. Its configuration ends with LINES; its data and
# NAME.log are in $work. $PORT chooses the port; with $TLS set it speaks TLS, with key.pem and cert.pem.
start_registry() {
  local name=$1
  cat > "$work/$name.yml" <<YAML
version: 0.1
log: {level: info, formatter: text}
storage:
  filesystem: {rootdirectory: $work/$name-data}
  maintenance: {readonly: {enabled: ${READ_ONLY:-false}}}
http: {addr: "127.0.0.1:${PORT:-0}", secret: test${TLS:+, tls: {certificate: cert.pem, key: key.pem\}}}
${2:-}
YAML
  # $REGISTRY_… are settings to it.
  env -u REGISTRY_AUTH_FILE docker-registry serve "$work/$name.yml" > "$work/$name.log" 2>&1 &
  servers+=($!)
  registry=127.0.0.1:$(port_in "$work/$name.log" 'listening on 127.0.0.1:')
}

# requests NAME PATTERN: how many requests the registry got whose "METHOD PATH" matches.
requests() {
  grep -cE "\"($2)" "$work/$1.log" || true
}
