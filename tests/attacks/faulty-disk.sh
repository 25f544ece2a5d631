# SPDX-License-Identifier: GPL-3.0-or-later
# Each write, new file, link, directory and sync of a command fails once, as on a full disk, or writes half of what
# it should: the command succeeds or says what failed, the store verifies, and the command works afterwards.
# All of them where NACRE_FAULTS=all, otherwise those at every seventeenth place.
. "$(dirname "$0")/../cli/lib.sh"
command -v gcc > /dev/null || exit 77
gcc -w -O1 -shared -fPIC -o faulty.so "$NACRE_SOURCE/tests/attacks/faulty_disk.c" -ldl
gcc -O1 -static -o builder "$NACRE_SOURCE/bench/tiny-builder.c"
step=17
[ "${NACRE_FAULTS:-}" != all ] || step=1

mkdir tree
echo one > tree/file
ln -s file tree/link
cat > add.scm <<'SCM'
(use-modules (guix store))
(with-store store
  (add-text-to-store store "text" "some text")
  (add-to-store store "tree" #t "sha256" "tree"))
SCM
cat > defer.scm <<'SCM'
(use-modules (guix store) (guix derivations) (srfi srfi-1))
(with-store store
  (let ((builder (add-to-store store "tiny-builder" #t "sha256" "builder")))
    (fold (lambda (i input)
            (derivation store (format #f "step-~a" i) builder '("salt" "argument")
                        #:sources (list builder)
                        #:inputs (if input (list (derivation-input input)) '())))
          #f (iota 20))))
SCM
cat > build.scm <<'SCM'
(use-modules (guix store) (guix derivations))
(with-store store
  (let ((builder (add-to-store store "tiny-builder" #t "sha256" "builder")))
    (build-derivations store
                       (list (derivation store "built" builder '("salt" "argument")
                                         #:sources (list builder))))))
SCM
cat > root.scm <<'SCM'
(use-modules (guix store))
(with-store store
  (let ((item (add-text-to-store store "rooted" "some text")))
    (add-indirect-root store (string-append (getcwd) "/root-link"))
    (add-temp-root store item)))
SCM

command_of() {
  case $1 in
    gc) echo gc ;;
    *) echo repl -q "$1.scm" ;;
  esac
}

# A user cannot remove what is in a directory that is read-only.
remove() {
  chmod -R u+w "$@" 2> /dev/null || true
  rm -rf "$@"
}

# fails_once OPERATION KIND: with one fault after the other, until the operation comes to its end without.
fails_once() {
  local operation=$1 kind=$2 at=1 status
  while :; do
    remove faulty hit
    cp -a sound faulty
    status=0
    FAULTY_DIRECTORY=$work/faulty FAULTY_KIND=$kind FAULTY_AT=$at FAULTY_HIT=$work/hit LD_PRELOAD=$work/faulty.so \
      "$NACRE" --root "$work/faulty" $(command_of "$operation") > out 2> err || status=$?
    [ -e hit ] || [ $status = 0 ] || { cat err >&2; fail "$operation fails without a fault"; }
    case $status in
      0) ;;
      1) grep -q "error: .*No space left on device" err || { cat err >&2; fail "$operation, fault $at: what failed is not said"; } ;;
      *) cat err >&2; fail "$operation ends with status $status at fault $at ($kind)" ;;
    esac
    [ "$kind" = full ] || [ $status = 0 ] || { cat err >&2; fail "$operation gives up after a short write ($at)"; }
    "$NACRE" --root "$work/faulty" gc --verify=contents > out 2> err ||
      { cat out err >&2; fail "$operation, fault $at ($kind): the store does not verify"; }
    "$NACRE" --root "$work/faulty" $(command_of "$operation") > out 2> err ||
      { cat err >&2; fail "$operation, fault $at ($kind): does not work afterwards"; }
    [ -e hit ] || break
    at=$((at + step))
  done
  echo "$operation, $kind: $at"
}

"$NACRE" --root "$work/sound" repl -q build.scm > out 2> err || { cat err >&2; exit 1; }
for operation in add defer root gc; do
  fails_once $operation full
  fails_once $operation short
done
remove sound
"$NACRE" --root "$work/sound" repl -q add.scm > /dev/null
fails_once build full
fails_once build short
