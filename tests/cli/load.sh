# SPDX-License-Identifier: GPL-3.0-or-later
# --load loads the image into podman, or into docker without podman, and prints its name there.
. "$(dirname "$0")/lib.sh"

expect_status 1 nacre pack -f deb --load hello
expect_in err "in the format deb cannot be loaded"
mkdir empty tools
expect_status 1 env PATH="$work/empty" "$NACRE" --root "$ROOT" pack --load hello
expect_in err "neither podman nor docker"

# A fake prints its arguments.
cat > tools/docker <<'SH'
#!/bin/sh
[ "$1 $2" = "load -i" ] && [ -s "$3" ] || exit 9
echo "Loaded image: stand-in:latest"
SH
chmod +x tools/docker
ln -s /bin/sh tools/sh
expect_status 0 env PATH="$work/tools" "$NACRE" --root "$ROOT" pack --load hello
[ "$(cat out)" = stand-in:latest ] || fail "the name is not printed"
sed -i 's/^echo.*/echo "no room" >\&2; exit 3/' tools/docker
expect_status 1 env PATH="$work/tools" "$NACRE" --root "$ROOT" pack --load hello
expect_in err "no room"
expect_in err "'docker load' failed with status 3"

command -v podman > /dev/null || exit 77
for format in docker oci; do
  name=$(nacre pack -f $format --load -S /bin=bin --entry-point=bin/hello --image-tag=nacre-test-load:v1 hello)
  case $name in *nacre-test-load:v1) ;; *) fail "podman calls it '$name'" ;; esac
  bash "$NACRE_SOURCE/scripts/run-image.sh" "$name" > out
  expect_in out "Hello, world!"
  podman rmi "$name" > /dev/null
done
