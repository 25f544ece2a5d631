# SPDX-License-Identifier: GPL-3.0-or-later
# A relocatable pack is unpacked in the home directory of an ordinary user, and its programs run: by user
# namespaces, or without them by PRoot or with rewritten file names.
. "$(dirname "$0")/lib.sh"
. "$NACRE_SOURCE/tests/cli/relocatable-lib.sh"

pack=$(nacre pack -R -C none -S /opt/bin=bin hello)
unpack plain "$pack"
expect_status 0 "${as_user[@]}" opt/bin/hello -g "good day"
[ "$(cat "$work/out")" = "good day" ] || fail "the program says something else"
expect_status 0 opt/bin/hello
expect_status 0 "${as_user[@]}" opt/bin/hello --no-such-option
expect_in "$work/err" "opt/bin/hello: unrecognized option"
expect_status 1 without_namespaces opt/bin/hello
expect_in "$work/err" "error: the store of this pack cannot be made visible at /gnu/store: creating a user namespace"
expect_in "$work/err" "user.max_user_namespaces"
expect_in "$work/err" "make the pack with -RR"
expect_status 1 "${as_user[@]}" GUIX_EXECUTION_ENGINE=proot opt/bin/hello
expect_in "$work/err" "this pack has no engine 'proot'"
expect_in "$work/err" "hint: it has default, performance, userns"
cp opt/bin/hello "$work/moved"
expect_status 1 "${as_user[@]}" "$work/moved"
expect_in "$work/err" "moved out of the directory"
ln -s "$PWD/opt/bin/hello" "$work/greet"
expect_status 0 "${as_user[@]}" "$work/greet"
# In its own store, it runs the program directly.
expect_status 0 run_in_store "/gnu/store/$(basename "$(echo gnu/store/*-hello-2.10R)")/bin/hello"
cd "$work"

pack=$(nacre pack -RR -C none -S /opt/bin=bin hello)
unpack fallback "$pack"
for engine in "" default performance userns proot fakechroot; do
  expect_status 0 "${as_user[@]}" GUIX_EXECUTION_ENGINE=$engine opt/bin/hello -g "good day"
  [ "$(cat "$work/out")" = "good day" ] || fail "the program says something else"
done
# It uses the name by which it was called.
ln -s "$PWD/opt/bin/hello" "$work/bonjour"
for engine in userns proot fakechroot; do
  expect_status 0 "${as_user[@]}" GUIX_EXECUTION_ENGINE=$engine "$work/bonjour" --no-such-option
  expect_in "$work/err" "$work/bonjour: unrecognized option"
done
expect_status 0 without_namespaces opt/bin/hello
[ "$(cat "$work/out")" = "Hello, world!" ] || fail "the program says something else"
expect_status 1 without_namespaces env GUIX_EXECUTION_ENGINE=userns opt/bin/hello
expect_in "$work/err" "creating a user namespace"
expect_status 0 without_namespaces env GUIX_EXECUTION_ENGINE=fakechroot opt/bin/hello
[ "$(cat "$work/out")" = "Hello, world!" ] || fail "the program says something else"
expect_status 1 "${as_user[@]}" GUIX_EXECUTION_ENGINE=chroot opt/bin/hello
expect_in "$work/err" "this pack has no engine 'chroot'"
expect_in "$work/err" "hint: it has default, performance, userns, proot, fakechroot"
cd "$work"

# A second pack beside it, which has items that the first one has; and all of it can be removed.
cd "$work/home of/a:user/fallback"
[ "$(id -u)" != 0 ] || chown -R 65534:65534 .
pack=$(nacre pack -R -C none -S /opt/bin=bin hello)
expect_status 0 "${as_user[@]}" tar -xf - < "$pack"
expect_status 0 "${as_user[@]}" opt/bin/hello
expect_status 0 "${as_user[@]}" rm -rf gnu opt
cd "$work"

# A static program has no file names that can be rewritten.
pack=$(nacre pack -RR -C none -S /opt/bin=bin proot-static)
unpack static "$pack"
expect_status 1 "${as_user[@]}" GUIX_EXECUTION_ENGINE=fakechroot opt/bin/proot --version
expect_in "$work/err" "error: the engine 'fakechroot' cannot run this program: "
expect_in "$work/err" "/bin/proot, or what interprets it, is not linked with this pack's glibc"
expect_in "$work/err" "hint: GUIX_EXECUTION_ENGINE may choose another; this pack has default, performance"
expect_status 0 without_namespaces env GUIX_EXECUTION_ENGINE=performance opt/bin/proot --version
cd "$work"

# For other machines.
if command -v qemu-aarch64 > /dev/null; then
  pack=$(nacre pack -RR -C none --target=aarch64-linux-gnu hello)
  unpack other-machine "$pack"
  store=$PWD/gnu/store
  libraries=$(cd "$store" && echo *-nacre-relocation-1)
  program=$(echo "$store"/*-hello-2.10/bin/hello)
  # Only the options that the wrapper would give the dynamic linker.
  expect_status 0 "${as_user[@]}" NACRE_PACK_LIBRARIES="$store/$libraries" NACRE_PACK_PROGRAM="$program" \
    qemu-aarch64 "$store"/*-glibc-*/lib/ld-linux-aarch64.so.1 \
    --audit "\$ORIGIN/../../$libraries/lib/nacre-audit.so" --preload nacre-preload.so "$program"
  [ "$(cat "$work/out")" = "Hello, world!" ] || fail "the program says something else"
  cd "$work"
fi
expect_status 1 nacre pack -d -RR --target=riscv64-linux-gnu hello
expect_in err "PRoot does not support riscv64-linux-gnu"
expect_in err "hint: use -R"

# The same bits again.
drv=$(nacre pack -d -RR hello)
nacre gc --requisites "$drv" > requisites
nacre build --check "$(grep -e '-hello-2.10RR.drv$' requisites)" "$(grep -e '-nacre-run-1.drv$' requisites)" \
  "$(grep -e '-nacre-relocation-1.drv$' requisites)" > out
