# SPDX-License-Identifier: GPL-3.0-or-later
# A push whose connection breaks resumes; one that is interrupted leaves the tag as it was, and the next one
# resumes the layer.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/registry/serve.sh"
export REGISTRY_AUTH_FILE=$work/auth.json XDG_CACHE_HOME=$work/cache
start_registry plain
direct=$registry
cat > large.scm <<'SCM'
(use-modules (guix packages) (guix build-system trivial) (guix gexp) (guix profiles))
(packages->manifest
 (list (package
         (name "large") (version "1") (source #f) (build-system trivial-build-system)
         (arguments
          (list #:builder
                #~(begin
                    (mkdir #$output)
                    (call-with-output-file (string-append #$output "/zeros")
                      (lambda (port)
                        (use-modules (rnrs bytevectors) (ice-9 binary-ports))
                        (put-bytevector port (make-bytevector 40000000 0)))))))
         (home-page "https://example.org") (synopsis "s") (description "d") (license #f))))
SCM
pack=(-f oci -C none -m large.scm)
nacre pack "${pack[@]}" > /dev/null

# start_proxy NAME CUT RATE: sets $proxy.
start_proxy() {
  python3 "$NACRE_SOURCE/tests/registry/proxy.py" "$direct" "$2" "$3" > "$1.log" 2>&1 &
  servers+=($!)
  proxy=127.0.0.1:$(port_in "$1.log" 'proxy on ')
}

start_proxy breaking 18000000 0
nacre pack "${pack[@]}" --push "docker://$proxy/broken" > out 2> err
expect_in out "$proxy/broken@sha256:"
# libcurl may have retried by itself, without a message.
expect_in breaking.log "broke a connection"

start_proxy slow 0 4000000
"$NACRE" --root "$ROOT" pack "${pack[@]}" --push "docker://$proxy/slow" > out 2> err &
push=$!
for _ in $(seq 300); do
  [ "$(requests plain 'PATCH /v2/slow/')" -lt 2 ] || break
  sleep 0.1
done
kill -TERM $push
status=0
wait $push || status=$?
[ $status = 143 ] || { cat err >&2; fail "an interrupted push ends with status $status"; }
[ ! -e plain-data/docker/registry/v2/repositories/slow/_manifests ] || fail "an interrupted push leaves a tag"
ls cache/nacre/push/uploads/* > /dev/null || fail "the upload is not remembered"
touch fast
patches=$(requests plain 'PATCH /v2/slow/')
nacre pack "${pack[@]}" --push "docker://$proxy/slow" > out 2> err
expect_in out "$proxy/slow@sha256:"
# 40 MB are eight pieces, of which the last comes with the digest.
[ "$patches" -ge 2 ] || fail "nothing was under way"
[ "$(requests plain 'PATCH /v2/slow/')" = 7 ] || fail "pieces were uploaded twice"
[ -z "$(ls -A cache/nacre/push/uploads)" ] || fail "an upload is still remembered"
