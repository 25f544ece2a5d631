# SPDX-License-Identifier: GPL-3.0-or-later
# Files, directories and users of one's own in the root of images and archives; an image with a read-only
# root that runs as its own user, writes where it may, and is healthy.
. "$(dirname "$0")/lib.sh"

refused() {
  local text=$1 hint=$2
  shift 2
  expect_status 1 nacre pack "$@" hello
  expect_in err "$text"
  expect_in err "$hint"
}
echo 'level = 3' > app.conf
refused "/etc/x: bad file: there is no '='" "NAME=FILE" --add-file=/etc/x
refused "absent: no such file" "" --add-file=/etc/x=absent
refused "'etc/x' is not an absolute file name" "" --add-file=etc/x=app.conf
refused "'/a/../x' is not an absolute file name without '..'" "" --add-directory=/a/../x
refused "there is no user 'app'; --add-user adds one" "owner=1000:1000" --add-directory=/srv,owner=app
refused "'Upper' is not the name of a user" "NAME:UID" --add-user=Upper
refused "'x1' is not a number" "" --add-user=app:x1
refused "two users have the number 1000" "" --add-user=a --add-user=b
refused "two users have the name root" "" --add-user=root:5
refused "the format deb does not support a file" "another --format" -f deb --add-file=/etc/x=app.conf
refused "there is no user 'app' in the image" "--add-user=app" -f oci --user=app
refused "would hide the store" "" --add-directory=/gnu/store

options=(-S /bin=bin --add-user=app:1500:1600:/srv/app --add-file=/etc/app.conf=app.conf,mode=0640,owner=app
  --add-directory=/srv/app,mode=0750,owner=app)

pack=$(nacre pack -C none "${options[@]}" --add-file=/etc/greeting=profile:bin/hello,mode=0755 hello)
tar --numeric-owner -tvf "$pack" > list
grep -qE '^drwxr-x--- 1500/1600 .* srv/app/$' list || fail "$(cat list)"
grep -qE '^-rw-r----- 1500/1600 .* etc/app.conf$' list || fail "$(cat list)"
grep -qE '^-rwxr-xr-x 0/0 .* etc/greeting$' list || fail "$(cat list)"
[ "$(tar -xOf "$pack" etc/app.conf)" = 'level = 3' ] || fail "app.conf has other contents"
tar -xOf "$pack" etc/passwd > passwd
expect_in passwd "app:x:1500:1600::/srv/app:/bin/sh"
expect_in passwd "root:x:0:0"
tar -xOf "$pack" etc/group > group
expect_in group "app:x:1600:"

# The same in a file system; unsquashfs is not ours.
if command -v unsquashfs > /dev/null; then
  unsquashfs -lln "$(nacre pack -f squashfs -C none "${options[@]}" hello)" > list 2> /dev/null
  grep -qE '^drwxr-x--- 1500/1600 .*/srv/app$' list || fail "$(cat list)"
  grep -qE '^-rw-r----- 1500/1600 .*/etc/app.conf$' list || fail "$(cat list)"
fi

command -v podman > /dev/null || exit 0
cat > service.sh <<'SH'
read -r level < /etc/app.conf
echo "$level" > /srv/app/state || exit 1
echo x > /etc/x && exit 2
read -r state < /srv/app/state
echo "user $UID: $state"
SH
name=nacre-test-root:v1
podman load --quiet --input "$(nacre pack -f docker "${options[@]}" --user=app --volume=/srv/app --workdir=/srv/app \
  --add-file=/service.sh=service.sh --entry-point=bin/bash -A /service.sh --image-tag=$name \
  --health-cmd=/bin/bash --health-cmd=-c --health-cmd='[ -r /etc/app.conf ]' --health-interval=30s bash-minimal)" > out
expect_in out "$name"
bash "$NACRE_SOURCE/scripts/run-image.sh" --read-only $name > out 2> err || fail "$(cat out err)"
expect_in out "user 1500: level = 3"
podman image inspect --format '{{.HealthCheck.Test}}' $name > health 2> err || fail "$(cat err)"
expect_in health "CMD /bin/bash -c"
podman rmi $name > /dev/null
