# SPDX-License-Identifier: GPL-3.0-or-later
# Names and credentials of Docker Hub work as with docker; a registry is tried at the usual ports
# of https and http. All in a network of its own, where the names lead to this machine.
. "$(dirname "$0")/lib.sh"
if [ -z "${IN_OWN_NETWORK:-}" ]; then
  nacre pack -f oci hello > /dev/null
  unshare=(unshare -mn)
  [ "$(id -u)" = 0 ] || unshare=(unshare -Urmn)
  "${unshare[@]}" true 2> /dev/null || exit 77
  status=0
  IN_OWN_NETWORK=yes "${unshare[@]}" bash "$NACRE_SOURCE/tests/cli/push-hub.sh" || status=$?
  exit $status
fi
. "$NACRE_SOURCE/tests/registry/serve.sh"
python3 - <<'PY'
import fcntl, socket, struct
up = 0x41
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH14x", b"lo", up))
PY
cat > hosts <<'HOSTS'
127.0.0.1 localhost registry-1.docker.io
127.0.0.9 docker.io index.docker.io
HOSTS
mount --bind hosts /etc/hosts

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=registry-1.docker.io -days 1 -keyout key.pem -out cert.pem 2> /dev/null
hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("s3cret", crypt.mksalt(crypt.METHOD_BLOWFISH)))')
echo "ann:$hash" > htpasswd
TLS=yes PORT=443 start_registry hub "auth: {htpasswd: {realm: basic, path: $work/htpasswd}}"
auth=$(printf ann:s3cret | base64)

push() { timeout 60 "$NACRE" --root "$ROOT" pack --push "$1" --tls-verify=false hello > out 2> err; }
expect_pushed() {
  push "$1" || { cat err >&2; fail "'$1' was not pushed"; }
  expect_in out "$2@sha256:"
  grep -qE "host=registry-1.docker.io .*method=PUT .*uri=\"?/v2/${2#*/}/manifests/${3:-latest}\"? " hub.log || fail "'$1' is not at ${2#*/}"
}
# The file of 'docker login', then that of 'podman login', then the helper of both.
mkdir -p .home/.docker .home/.config/containers bin
printf '{"auths": {"https://index.docker.io/v1/": {"auth": "%s"}}}' "$auth" > .home/.docker/config.json
expect_pushed docker://docker.io/me/hello:v1 docker.io/me/hello v1
expect_pushed docker://me/other docker.io/me/other
expect_pushed docker://hello:v2 docker.io/library/hello v2
expect_pushed docker://registry-1.docker.io/me/third docker.io/me/third
expect_pushed docker://index.docker.io/fourth docker.io/library/fourth
rm .home/.docker/config.json
push docker://me/hello && fail "pushed without credentials"
expect_in err "docker login docker.io"
printf '{"auths": {"docker.io": {"auth": "%s"}}}' "$auth" > .home/.config/containers/auth.json
expect_pushed docker://me/fifth docker.io/me/fifth
cat > bin/docker-credential-test <<'SH'
#!/bin/sh
[ "$(cat)" = https://index.docker.io/v1/ ] || { echo "credentials not found in native keychain"; exit 1; }
echo '{"Username": "ann", "Secret": "s3cret"}'
SH
chmod +x bin/docker-credential-test
echo '{"credsStore": "test"}' > .home/.config/containers/auth.json
PATH=$work/bin:$PATH expect_pushed docker://me/sixth docker.io/me/sixth
rm .home/.config/containers/auth.json

# On this machine, plain http at its own port if nothing speaks https at the other.
stop_servers
PORT=80 start_registry plain
nacre pack --push docker://localhost/x:1 hello > out 2> err || { cat err >&2; fail "port 80 is not tried"; }
expect_in out "localhost/x@sha256:"
stop_servers
expect_status 1 nacre pack --push docker://localhost/x:1 hello
expect_in err "localhost port 80"
expect_in err "localhost port 443"
# With other machines, http is never used by default.
expect_status 1 nacre pack --push docker://docker.io/me/x hello
! grep -q 'port 80' err || fail "plain http is spoken with another machine"
