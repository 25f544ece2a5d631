# SPDX-License-Identifier: GPL-3.0-or-later
# A builder cannot make a refused system call in another way: with bits that the kernel
# drops (podman, 2026), or by way of the 32-bit calls of the machine, whose arguments a filter cannot see.
# It inherits only its standard files (CVE-2024-21626), and cannot access a terminal (CVE-2023-28100).
. "$(dirname "$0")/../cli/lib.sh"
command -v gcc > /dev/null || exit 77
[ "$(uname -m)" = x86_64 ] || exit 77

cat > probe.c <<'C'
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned *memory; /* below 4 GiB, for 32-bit calls */

static sigjmp_buf without;

static void no_such_calls(int number) { siglongjmp(without, number); }

/* Of a kernel that has no 32-bit calls, they all fail. */
static long call32(long number, long a, long b, long c) {
  long result;
  if (sigsetjmp(without, 1)) return -1;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c)
                   : "memory", "r8", "r9", "r10", "r11");
  return (int)result;
}

static void expect_refused(const char *what, long result) {
  if (result >= 0) printf("NOT REFUSED: %s\n", what);
}

static void try_socket(const char *what, unsigned family, unsigned type, unsigned protocol) {
  printf("trying %s\n", what);
  for (unsigned long high = 0; high <= 1; ++high) {
    unsigned long bits = high << 32;
    expect_refused(what, syscall(SYS_socket, family | bits, type, protocol));
    expect_refused(what, syscall(SYS_socket, family | bits, type, protocol | bits));
    expect_refused(what, syscall(SYS_socket, family, type, protocol | bits));
  }
  memory[0] = family;
  memory[1] = type;
  memory[2] = protocol;
  expect_refused(what, call32(102, 1, (long)memory, 0));       /* socketcall */
  expect_refused(what, call32(359, family, type, protocol));   /* socket */
}

int main(int argc, char **argv) {
  DIR *open_files = opendir("/proc/self/fd");
  for (struct dirent *entry; (entry = readdir(open_files));) {
    int number = atoi(entry->d_name);
    if (entry->d_name[0] != '.' && number > 2 && number != dirfd(open_files))
      printf("INHERITED: %d\n", number);
  }

  expect_refused("terminal", open("/dev/tty", O_RDWR));

  memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (memory == MAP_FAILED) return 2;
  signal(SIGSEGV, no_such_calls);
  try_socket("packet", 17, 3, 0);
  try_socket("kernel keys' crypto", 38, 5, 0);
  try_socket("virtual machine", 40, 1, 0);
  try_socket("netlink audit", 16, 3, 9);
  if (argc > 1) try_socket(argv[1], 1, 1, 0);

  int file = open("file", O_CREAT | O_WRONLY, 0644);
  expect_refused("set-uid", syscall(SYS_fchmod, file, 04755 | 1UL << 32));
  expect_refused("set-uid", syscall(SYS_chmod, "file", 04755 | 1UL << 40));
  expect_refused("set-uid", call32(94, file, 04755, 0)); /* fchmod */
  close(file);

  file = open(getenv("out"), O_CREAT | O_WRONLY, 0644);
  return file < 0 || write(file, "probed\n", 7) != 7;
}
C
gcc -static -O1 -o probe probe.c 2> /dev/null || exit 77 # no static C library here
printf 'probed\n' > expected
hash=$(nacre hash -S nar expected)

cat > probe.scm <<'SCM'
(use-modules (guix store) (guix derivations) (guix base32) (ice-9 match))
(match (command-line)
  ((_ name probe arguments ...)
   (let* ((store (open-connection))
          (probe (add-to-store store "probe" #t "sha256" probe)))
     (display (derivation-file-name
               (match arguments
                 (()
                  (derivation store name probe '() #:sources (list probe)))
                 ((hash what)
                  (derivation store name probe (list what) #:sources (list probe)
                              #:hash (nix-base32-string->bytevector hash)
                              #:hash-algo 'sha256 #:recursive? #t))))))))
SCM
# With a network, and without; a name of its own each time, so that it runs each time.
name=$(basename "$work" | tr -cd '[:alnum:]')
plain=$(nacre repl -q probe.scm "probe-$name" probe)
fixed=$(nacre repl -q probe.scm "fixed-$name" probe "$hash" unix)
for derivation in "$plain" "$fixed"; do
  nacre build -v2 "$derivation" > out 2> log || { cat log >&2; fail "the probe does not run"; }
  expect_in log "trying packet"
  if grep -E 'NOT REFUSED|INHERITED' log; then fail "a builder gets what it must not"; fi
done
expect_in log "trying unix"
