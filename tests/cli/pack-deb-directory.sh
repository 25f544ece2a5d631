# SPDX-License-Identifier: GPL-3.0-or-later
# A pack as a directory of Debian packages, one for each store item: apt finds the dependencies, packs that share
# items are installed side by side, and packages that are still needed stay when one of them is removed.
. "$(dirname "$0")/lib.sh"
command -v dpkg-deb > /dev/null || exit 77

hello=$(nacre pack -f deb-directory -C none -S /usr/bin/greet=bin/hello hello)
shell=$(nacre pack -f deb-directory -C none -S /usr/bin/packed-sh=bin/sh -e '(@ (gnu packages bootstrap) %bootstrap-bash)')
case $hello in *-hello-deb-directory-pack) ;; *) fail "the directory is called $hello" ;; esac
items=$(nacre gc --requisites "$(nacre pack -d -f deb-directory -C none -S /usr/bin/greet=bin/hello hello)" |
  grep -e '-profile.drv$' | head -1)
profile=$(nacre build "$items")
[ "$(nacre gc --requisites "$profile" | wc -l)" = "$(find "$hello/" -name 'nacre-item-*.deb' | wc -l)" ] ||
  fail "there is not one package for each item"
expect_status 0 nacre pack --rounds=2 -f deb-directory -C none -S /usr/bin/greet=bin/hello hello

# The index matches the packages.
awk -v RS= '{ for (i = 1; i < NF; i++) { if ($i == "Filename:") file = $(i + 1)
                                         if ($i == "SHA256:") sum = $(i + 1) } print sum "  " file }' \
  "$hello/Packages" > sums
[ "$(wc -l < sums)" = "$(find "$hello/" -name '*.deb' | wc -l)" ] || fail "not all packages are in the index"
(cd "$hello" && sha256sum --quiet -c "$work/sums") || fail "the index has other digests"
expect_in "$hello/Release" " $(sha256sum < "$hello/Packages" | cut -d ' ' -f 1) $(stat -c %s "$hello/Packages") Packages"

# Equal items are equal packages.
common=0
for package in "$hello"/nacre-item-*.deb; do
  other=$shell/${package##*/}
  [ -e "$other" ] || continue
  common=$((common + 1))
  cmp "$package" "$other"
done
[ $common -gt 0 ] || fail "the packs share no packages"

# apt accepts it as a repository.
if command -v apt-get > /dev/null; then
  mkdir -p apt/state/lists/partial apt/cache/archives/partial apt/etc/apt/{preferences.d,apt.conf.d,auth.conf.d}
  touch apt/state/status
  # Where the store is not at its usual place, that is where others find it.
  printf 'deb [trusted=yes] file:%s ./\n' "$hello" "$shell" > apt/etc/sources.list
  apt() {
    apt-get -q -o Dir="$work/apt" -o Dir::State="$work/apt/state" -o Dir::State::status="$work/apt/state/status" \
      -o Dir::Cache="$work/apt/cache" -o Dir::Etc::sourcelist="$work/apt/etc/sources.list" \
      -o Dir::Etc::sourceparts=/dev/null -o APT::Architecture=amd64 -o APT::Sandbox::User=root "$@"
  }
  apt update > out 2>&1 || { cat out; fail "apt-get does not read the repository"; }
  ! grep '^[EW]:' out || fail "apt-get warns"
  apt install -s nacre-hello > out 2>&1 || { cat out; fail "apt-get would not install it"; }
  [ "$(grep -c '^Inst nacre-' out)" = "$(find "$hello/" -name '*.deb' | wc -l)" ] || fail "apt-get would install others"
fi

expect_status 1 nacre pack -f deb-directory --control-file=sums hello
expect_in err "the format deb-directory does not support a control file"

[ "$(id -u)" = 0 ] || exit 0
mkdir -p root/var/lib/dpkg/{info,updates} root/var/log root/usr/bin
touch root/var/lib/dpkg/{status,available}
dpkg() { command dpkg --root=root --force-not-root --log=/dev/null "$@" > /dev/null; }
dpkg -i "$hello"/*.deb
dpkg -i "$shell"/*.deb
[ "$(chroot root /usr/bin/greet)" = "Hello, world!" ] || fail "the program does not run"
dpkg -r nacre-bootstrap-bash
[ "$(chroot root /usr/bin/greet)" = "Hello, world!" ] || fail "the program does not run when the other is gone"
dpkg -r nacre-hello $(sed -n 's/^Package: \(nacre-item-.*\)/\1/p' "$hello/Packages" "$shell/Packages" | sort -u)
[ ! -e root/gnu ] || fail "dpkg -r leaves /gnu"
