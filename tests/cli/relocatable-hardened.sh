# SPDX-License-Identifier: GPL-3.0-or-later
# In a hardened container, where a program may neither have name spaces nor trace another, a pack of -RR runs with
# rewritten file names; an engine that is chosen by name reports what it lacks.
. "$(dirname "$0")/lib.sh"
command -v cc > /dev/null || exit 77
. "$NACRE_SOURCE/tests/cli/relocatable-lib.sh"

cat > no-ptrace.c <<'C'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv) {
  struct sock_filter f[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog p = {sizeof f / sizeof *f, f};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (argc < 2 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p)) return 2;
  execvp(argv[1], argv + 1);
  return 127;
}
C
cc -o no-ptrace no-ptrace.c 2> /dev/null || exit 77
hardened=("${as_user[@]}" "$work/no-ptrace")
"${hardened[@]}" true || exit 77

# The host's store may have the pack's items, which would run directly.
unpack hardened "$(nacre pack -RR -C none -S /opt/bin=bin hello)"
for engine in "" default performance fakechroot; do
  expect_status 0 "${hardened[@]}" env GUIX_EXECUTION_ENGINE=$engine opt/bin/hello
  [ "$(cat "$work/out")" = "Hello, world!" ] || fail "$engine: the program says something else"
done
[ ! -e "/gnu/store/$(basename "$(echo gnu/store/*-hello-2.10RR)")" ] || exit 0
expect_status 1 "${hardened[@]}" env GUIX_EXECUTION_ENGINE=proot opt/bin/hello
expect_in "$work/err" "the engine 'proot' cannot run this program: tracing a process, as PRoot does: Operation not permitted"
expect_in "$work/err" "GUIX_EXECUTION_ENGINE may choose another"

# No engine can run a static program.
unpack static "$(nacre pack -RR -C none -S /opt/bin=bin proot-static)"
expect_status 1 "${hardened[@]}" opt/bin/proot --version
expect_in "$work/err" "cannot be made visible at /gnu/store"
expect_in "$work/err" "or ptrace, which PRoot needs"
