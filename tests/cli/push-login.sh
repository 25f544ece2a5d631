# SPDX-License-Identifier: GPL-3.0-or-later
# Registries with authentication; errors of a failed push. No part of a password
# is printed, and an existing tag does not change.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/registry/serve.sh"
export REGISTRY_AUTH_FILE=$work/auth.json XDG_CACHE_HOME=$work/cache
nacre pack -f oci hello > /dev/null

# login REGISTRY USER:PASSWORD
login() {
  printf '{"auths": {"%s": {"auth": "%s"}}}' "$1" "$(printf %s "$2" | base64)" > auth.json
}
expect_refusal() {
  local message=$1
  shift
  expect_status 1 timeout 60 "$NACRE" --root "$ROOT" pack --push "$@" hello
  expect_in err "$message"
  ! grep -qF s3cret out err || fail "the password shows"
}

hash=$(python3 -W ignore -c 'import crypt; print(crypt.crypt("s3cret", crypt.mksalt(crypt.METHOD_BLOWFISH)))')
echo "ann:$hash" > htpasswd
start_registry basic "auth: {htpasswd: {realm: basic, path: $work/htpasswd}}"
expect_refusal "does not let just anybody push to a: unauthorized" "docker://$registry/a"
expect_in err "no credentials were found for it in $work/auth.json"
login "$registry" ann:wrong-s3cret
expect_refusal "does not let these credentials push to a: unauthorized" "docker://$registry/a"
expect_in err "the credentials are from $work/auth.json"
login "$registry" ann:s3cret
nacre pack --push "docker://$registry/a" hello > out
expect_in out "$registry/a@sha256:"

openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -days 1 -keyout key.pem -out cert.pem 2> /dev/null
python3 "$NACRE_SOURCE/tests/registry/token_server.py" key.pem cert.pem ann s3cret > tokens.log 2>&1 &
servers+=($!)
realm=http://127.0.0.1:$(port_in tokens.log 'tokens on ')/token
start_registry token "auth: {token: {realm: $realm, service: s, issuer: issuer, rootcertbundle: $work/cert.pem}}"
expect_refusal "incorrect username or password" "docker://$registry/b/c"
login "$registry" ann:s3cret
nacre pack --push "docker://$registry/b/c" hello > out
expect_in out "$registry/b/c@sha256:"
[ "$(grep -c 'GET /token' tokens.log)" -le 3 ] || fail "it asks for a token again and again"

# Errors.
READ_ONLY=true start_registry readonly
expect_refusal "answers with status 405" "docker://$registry/a"
expect_in err "the registry seems to be read-only"
expect_refusal "cannot reach the registry" docker://127.0.0.1:1/a
expect_refusal "cannot reach the registry" docker://no-such-host.invalid/a
expect_refusal "names no image of a registry" localhost:5000/a
expect_refusal "in the format deb cannot be pushed" docker://127.0.0.1:1/a -f deb
python3 -u -m http.server --bind 127.0.0.1 0 > web.log 2>&1 &
servers+=($!)
expect_refusal "is not a registry: it answers with status 404" "docker://127.0.0.1:$(port_in web.log ' port ')/a"
echo '{"auths": {"x": {"auth": "s3cret"}}}' > auth.json
expect_refusal "the credentials in '$work/auth.json' cannot be read" docker://127.0.0.1:1/a
