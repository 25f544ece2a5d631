# SPDX-License-Identifier: GPL-3.0-or-later
# rpm verifies an RPM package and installs it into a fresh root; it runs there, and leaves nothing when it is
# removed.
. "$(dirname "$0")/lib.sh"
command -v rpm > /dev/null || exit 77

# The user's and the system's keys and databases are not read.
export HOME=$work
rpm() { command rpm --dbpath "$work/db" "$@"; }

tar -xf "$(nacre pack -C none hello)"
reference=$("$NACRE" hash -S nar gnu/store)
for compression in gzip xz zstd bzip2 none; do
  pack=$(nacre pack -f rpm -C $compression -S /usr/bin/greet=bin/hello hello)
  rpm -K --nosignature "$pack" > check || { cat check >&2; fail "rpm -K refuses $compression"; }
  expect_in check "digests OK"
  [ "$(rpm -qp --qf '%{NAME} %{VERSION} %{ARCH} %{LICENSE} %{URL} %{BUILDTIME} %{BUILDHOST}' "$pack")" = \
    "nacre-hello 2.10 x86_64 GPL 3+ https://www.gnu.org/software/hello/ 1 (none)" ] ||
    fail "the header is another: $(rpm -qip "$pack")"
  mkdir $compression
  rpm2archive - < "$pack" | tar -xz -C $compression
  hash=$("$NACRE" hash -S nar "$compression/gnu/store")
  [ "$hash" = "$reference" ] || fail "$compression holds another tree than the tarball"
done
[ -z "$(rpm -qp --scripts "$pack")" ] || fail "there are scripts"

expect_status 0 nacre pack --rounds=2 -f rpm -C zstd hello

# A changed byte is found.
cp "$pack" broken.rpm
chmod u+w broken.rpm
printf x | dd of=broken.rpm bs=1 seek=$(($(stat -c %s broken.rpm) / 2)) conv=notrunc status=none
expect_status 1 rpm -K --nosignature broken.rpm
expect_in out "DIGESTS NOT OK"

for when in prein postin preun postun; do
  printf '#!/bin/sh -e\necho %s >> /log\n' $when > $when
done
scripts=(--prein-file=prein --postin-file=postin --preun-file=preun --postun-file=postun)
expect_status 1 nacre pack -f rpm --prein-file=absent hello
expect_in err "absent: no such file"
printf '#!perl\n' > unknown
expect_status 1 nacre pack -n -f rpm --preun-file=unknown hello
expect_in err "unknown: the first line of this script does not name a program"
expect_status 1 nacre pack -f deb --prein-file=prein hello
expect_in err "the format deb does not support a script to run before the installation"

[ "$(id -u)" = 0 ] || exit 0
mkdir root
rpm() { command rpm --root "$work/root" --dbpath /var/lib/rpm --define '_pkgverify_level digest' "$@"; }
# Two packages that share store items; the scripts of one need the other's shell.
shell=$(nacre pack -f rpm -S /bin/sh=bin/sh -e '(@ (gnu packages bootstrap) %bootstrap-bash)')
hello=$(nacre pack -f rpm -S /usr/bin/greet=bin/hello -S /opt/greet/hello=bin/hello "${scripts[@]}" hello)
rpm -i "$shell"
rpm -i "$hello"
rpm -V nacre-hello nacre-bootstrap-bash || fail "rpm -V finds differences"
[ "$(chroot root /usr/bin/greet)" = "Hello, world!" ] || fail "the program does not run"
[ "$(chroot root /opt/greet/hello)" = "Hello, world!" ] || fail "the program does not run by another link"
rpm -e nacre-hello
[ "$(cat root/log)" = "$(printf 'prein\npostin\npreun\npostun')" ] || fail "scripts ran: $(cat root/log)"
rpm -V nacre-bootstrap-bash || fail "rpm -e takes away what another package has"
rpm -e nacre-bootstrap-bash
rm root/log
rest=$(find root -path root/var -prune -o ! -type d -print)
[ -z "$rest" ] || fail "rpm -e leaves $rest"
[ ! -e root/gnu ] && [ ! -e root/opt/greet ] || fail "rpm -e leaves directories"
