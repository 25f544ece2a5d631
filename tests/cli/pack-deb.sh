# SPDX-License-Identifier: GPL-3.0-or-later
# A Debian package is installed by dpkg into a fresh root, runs there, and leaves nothing when it is removed.
. "$(dirname "$0")/lib.sh"
command -v dpkg-deb > /dev/null || exit 77

for compression in gzip xz zstd bzip2 none; do
  pack=$(nacre pack -f deb -C $compression -S /usr/bin/greet=bin/hello hello)
  [ "$(dpkg-deb -f "$pack" Package Version Architecture)" = "$(printf \
    'Package: nacre-hello\nVersion: 2.10\nArchitecture: amd64')" ] || fail "the control file is another"
  dpkg-deb -x "$pack" $compression
  hash=$("$NACRE" hash -S nar "$compression/gnu/store")
  [ -z "${reference:-}" ] || [ "$hash" = "$reference" ] || fail "$compression holds another tree"
  reference=$hash
done

# The user's own files replace ours.
printf 'Package: mine\nVersion: 1\nArchitecture: amd64\nMaintainer: me <me@localhost>\nDescription: x\n' \
  > control
printf '#!/bin/sh\nexit 0\n' > postinst
printf 'interest-noawait /gnu\n' > triggers
pack=$(nacre pack -f deb --control-file=control --postinst-file=postinst --triggers-file=triggers hello)
[ "$(dpkg-deb -f "$pack" Package)" = mine ] || fail "--control-file has no effect"
dpkg-deb -e "$pack" control.d
cmp postinst control.d/postinst
cmp triggers control.d/triggers
[ -x control.d/postinst ] || fail "postinst is not executable"

expect_status 1 nacre pack -n -f deb --package-name=sed hello
expect_in err "a package called 'sed' would replace an essential one of the distribution"
pack=$(nacre pack -f deb --package-name=greeter hello)
[ "$(dpkg-deb -f "$pack" Package)" = greeter ] || fail "--package-name has no effect"
expect_status 1 nacre pack -f deb --control-file=absent hello
expect_in err "absent: no such file"
expect_status 1 nacre pack -f docker --control-file=control hello
expect_in err "the format docker does not support a control file"

[ "$(id -u)" = 0 ] || exit 0
mkdir -p root/var/lib/dpkg/{info,updates} root/var/log root/usr/bin
ln -s usr/bin root/bin
touch root/var/lib/dpkg/{status,available}
pack=$(nacre pack -f deb -S /bin/greet=bin/hello hello)
dpkg --root=root --force-not-root --log=/dev/null -i "$pack" > /dev/null
[ "$(chroot root /bin/greet)" = "Hello, world!" ] || fail "the program does not run"
dpkg --root=root --force-not-root --log=/dev/null -r nacre-hello > /dev/null
[ -z "$(find root -path root/var -prune -o ! -type d ! -path root/bin -print)" ] || fail "dpkg -r leaves files"
[ ! -e root/gnu ] || fail "dpkg -r leaves /gnu"

# A package of the distribution with the program's own name does not change.
mkdir -p own/DEBIAN own/usr/bin
echo "#!/bin/sh" > own/usr/bin/hello
printf '%s\n' "Package: hello" "Version: 4.9-1" "Architecture: amd64" "Essential: yes" \
  "Maintainer: x <x@localhost>" "Description: x" > own/DEBIAN/control
dpkg-deb -b own own.deb > /dev/null
dpkg --root=root --force-not-root --log=/dev/null -i own.deb > /dev/null
dpkg --root=root --force-not-root --log=/dev/null -i "$(nacre pack -f deb -S /opt/bin=bin hello)" > /dev/null
[ -e root/usr/bin/hello ] || fail "the pack takes away a program of the distribution"
