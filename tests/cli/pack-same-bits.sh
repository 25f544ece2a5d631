# SPDX-License-Identifier: GPL-3.0-or-later
# The same pack, of every format, has the same bits in another store, on another file system (which lists
# directories in another order), by one core instead of two, by an ordinary user instead of root, in another
# time zone, locale and umask.
. "$(dirname "$0")/lib.sh"
nacre pack --list-formats | awk 'NR > 2 { print $1 }' > formats

# hello itself is not built again: the other store gets it from this one, signed by a key of its own.
export GUIX_CONFIGURATION_DIRECTORY=$work/keys
mkdir -m 755 keys
cat > export.scm <<'SCM'
(use-modules (nacre derivation) (nacre store) (nacre substitute) (srfi srfi-1) (srfi srfi-26)
             (ice-9 binary-ports) (ice-9 match))
;; Of the inputs of a pack, those that take a compiler.
(define (compiled-inputs store drv)
  (remove (cut string-suffix? "-profile" <>)
          (append-map (match-lambda
                        ((path outputs ...)
                         (map (cut derivation-output-path-of (read-derivation store path) <>)
                              outputs)))
                      (derivation-input-list (read-derivation store drv)))))
(match (command-line)
  ((_ file item drv)
   (let ((store (open-store)))
     (generate-signing-key! store)
     (call-with-output-file file
       (lambda (port)
         (store-export store (cons item (compiled-inputs store drv))
                       (lambda (bytes) (put-bytevector port bytes)) #t #t))
       #:binary #t))))
SCM
cat > import.scm <<'SCM'
(use-modules (nacre store) (nacre substitute) (ice-9 binary-ports) (ice-9 match))
(match (command-line)
  ((_ file)
   (call-with-input-file file
     (lambda (port)
       (store-import (open-store) (lambda (count) (get-bytevector-n port count))))
     #:binary #t)))
SCM
appimage=(-f appimage --entry-point=bin/hello -S /bin=bin hello)
nacre pack "${appimage[@]}" > /dev/null
nacre repl -q export.scm "$work/items" "$(nacre build hello)" "$(nacre pack -d "${appimage[@]}")"

other=$work/other
as_other=()
if [ -w /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" != "$(stat -f -c %T "$ROOT")" ]; then
  other=$(mktemp -d -p /dev/shm)
  trap 'chmod -R u+w "$other"; rm -rf "$other"; cleanup' EXIT
else
  mkdir "$other"
fi
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$work"
  cmake --install "$(dirname "$NACRE")" --prefix "$work/prefix" > install.log
  NACRE_OTHER=$work/prefix/bin/nacre
  chown 65534:65534 "$other"
  as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
other_nacre() {
  (cd / && umask 077 && "${as_other[@]}" env TZ=Asia/Tokyo LC_ALL=C LANG=de_DE.UTF-8 HOME="$other" \
    taskset -c 0 "${NACRE_OTHER:-$NACRE}" --root "$other" "$@")
}
other_nacre repl -q "$work/import.scm" "$work/items"

# compare OPTIONS…: both make the same of them.
compare() {
  local first second
  first=$(nacre pack "$@" -S /bin=bin hello 2> err) || { cat err >&2; fail "pack $*"; }
  second=$(other_nacre pack -M 1 -c 1 "$@" -S /bin=bin hello 2> err) || { cat err >&2; fail "pack $*, elsewhere"; }
  [ "${first#"$ROOT"}" = "${second#"$other"}" ] || fail "$*: other paths: $first $second"
  [ -z "$(diff -r "$first" "$second")" ] || fail "$*: other bits: $first $second"
}
for format in $(cat formats); do
  options=()
  [ "$format" != appimage ] || options=(--entry-point=bin/hello)
  compare -f "$format" "${options[@]}"
done
compare -f squashfs -C zstd
compare -f docker -C zstd
for compression in none zstd xz lzip bzip2; do compare -C $compression; done

# And again in the same store.
expect_status 0 nacre pack --rounds=2 -f docker -C zstd -S /bin=bin hello
expect_status 0 nacre pack --rounds=2 -f squashfs -S /bin=bin hello

# Layers that are copied from another pack, in another format, are equal to layers that are compressed again.
# The store is the other one, which no other test uses.
kept=$other/var/guix/nacre/layers
for format in docker oci oci-directory; do
  for source in docker oci oci-directory; do
    other_nacre pack -f $source -S /copied=bin hello > source 2> err
    other_nacre pack -f $format -S /opt=bin hello > copied 2> err
    [ -n "$(ls "$kept")" ] || fail "nothing was kept"
    cp -r "$(cat copied)" copy
    other_nacre gc --delete "$(sed "s,^$other,," copied)" > out 2> err || { cat err >&2; fail "gc"; }
    rm -rf "$kept"
    other_nacre pack -f $format -S /opt=bin hello > anew 2> err
    [ -z "$(diff -r copy "$(cat anew)")" ] || fail "$format has other bits beside $source"
    other_nacre gc --delete "$(sed "s,^$other,," anew)" > out 2> err
    chmod -R u+w copy
    rm -rf copy
  done
done
