// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/seccomp.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

void check(int result, const char* what) {
  if (result < 0) throw SystemError(-result, fmt::format("system call filter: {}", what));
}

/// Adds a rule; calls that this library or architecture does not know cannot be made either.
template <typename... Comparisons>
void refuse(const Filter& filter, int error, const char* call, Comparisons... comparisons) {
  int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return;
  check(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(error), number, sizeof...(comparisons),
                         comparisons...),
        call);
}

scmp_arg_cmp has_bit(unsigned argument, unsigned long bit) {
  return {argument, SCMP_CMP_MASKED_EQ, bit, bit};
}

/// Calls that set a file's mode: at which argument it is.
void refuse_set_uid_bits(const Filter& filter) {
  for (unsigned long bit : {S_ISUID, S_ISGID}) {
    refuse(filter, EPERM, "chmod", has_bit(1, bit));
    refuse(filter, EPERM, "fchmod", has_bit(1, bit));
    refuse(filter, EPERM, "fchmodat", has_bit(2, bit));
    refuse(filter, EPERM, "mknod", has_bit(1, bit));
    refuse(filter, EPERM, "mknodat", has_bit(2, bit));
    refuse(filter, EPERM, "creat", has_bit(1, bit));
    for (unsigned long creating : {O_CREAT, O_TMPFILE & ~O_DIRECTORY}) {
      refuse(filter, EPERM, "open", has_bit(1, creating), has_bit(2, bit));
      refuse(filter, EPERM, "openat", has_bit(2, creating), has_bit(3, bit));
    }
  }
}

void refuse_attributes(const Filter& filter) {
  for (const char* call : {"setxattr", "lsetxattr", "fsetxattr"}) refuse(filter, ENOTSUP, call);
}

/// Kernel keys are kept by user, and all builders are the same one.
void refuse_keys(const Filter& filter) {
  for (const char* call : {"add_key", "request_key", "keyctl"}) refuse(filter, ENOSYS, call);
}

/// Local sockets carry descriptors, and abstract ones reach every process that shares the network:
/// the host's processes and other builders. A pair of sockets that is born connected (socketpair)
/// reaches nobody else.
void refuse_local_sockets(const Filter& filter) {
  refuse(filter, EAFNOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_EQ, AF_UNIX, 0});
}

void refuse_odd_sockets(const Filter& filter) {
  auto outside = [&](unsigned low, unsigned high) {
    // Families between two that are allowed.
    for (unsigned family = low + 1; family < high; ++family) {
      refuse(filter, EAFNOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_EQ, family, 0});
    }
  };
  refuse(filter, EAFNOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_LT, AF_UNIX, 0});
  outside(AF_UNIX, AF_INET);
  outside(AF_INET, AF_INET6);
  outside(AF_INET6, AF_NETLINK);
  refuse(filter, EAFNOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_GT, AF_NETLINK, 0});
  refuse(filter, EPROTONOSUPPORT, "socket", scmp_arg_cmp{0, SCMP_CMP_EQ, AF_NETLINK, 0},
         scmp_arg_cmp{2, SCMP_CMP_NE, NETLINK_ROUTE, 0});
}

/// Goes before the library's program: calls whose arguments lie in memory, where a filter cannot
/// see them, do not exist, and programs fall back to the older ones. The library may be too old to
/// know their names; the numbers are the same on all machines (x32 adds a bit).
std::vector<sock_filter> without_ways_around() {
  constexpr unsigned setxattrat = 463;
  constexpr unsigned fchmodat2 = 452;
  constexpr unsigned openat2 = 437;
  constexpr unsigned io_uring_setup = 425;
  constexpr unsigned x32_bit = 0x40000000;
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~x32_bit),
  };
  for (unsigned number : {setxattrat, fchmodat2, openat2, io_uring_setup}) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
  }
  return program;
}

/// Appends the library's program, whose jumps are all relative.
void append_exported(const Filter& filter, std::vector<sock_filter>& program) {
  UniqueFd file(memfd_create("nacre-filter", MFD_CLOEXEC));
  if (!file) throw_errno("memfd_create");
  check(seccomp_export_bpf(filter.get(), file.get()), "export");
  if (lseek(file.get(), 0, SEEK_SET) < 0) throw_errno("lseek");
  std::string bytes = read_fd(file.get());
  std::size_t prefix = program.size();
  program.resize(prefix + bytes.size() / sizeof(sock_filter));
  bytes.copy(reinterpret_cast<char*>(program.data() + prefix), bytes.size());
}

/// A filter that allows all, for each kind of system calls that this machine has.
Filter allow_all() {
  Filter filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  if (!filter) throw Error("cannot make a system call filter");
#if defined(__x86_64__)
  check(seccomp_arch_add(filter.get(), SCMP_ARCH_X86), "x86");
  check(seccomp_arch_add(filter.get(), SCMP_ARCH_X32), "x32");
#elif defined(__aarch64__)
  check(seccomp_arch_add(filter.get(), SCMP_ARCH_ARM), "arm");
#endif
  return filter;
}

/// The kernel takes the low half of the argument.
std::vector<sock_filter> make_terminal_filter() {
  constexpr scmp_datum_t low_half = 0xffffffff;
  const Filter filter = allow_all();
  for (unsigned long request : {TIOCSTI, TIOCLINUX})
    refuse(filter, EPERM, "ioctl", scmp_arg_cmp{1, SCMP_CMP_MASKED_EQ, low_half, request});
  std::vector<sock_filter> program;
  append_exported(filter, program);
  return program;
}

std::vector<sock_filter> make_filter(bool network) {
  const Filter filter = allow_all();
  refuse_set_uid_bits(filter);
  refuse_attributes(filter);
  refuse_keys(filter);
  refuse_odd_sockets(filter);
  if (network) refuse_local_sockets(filter);
  std::vector<sock_filter> program = without_ways_around();
  append_exported(filter, program);
  return program;
}

}  // namespace

const std::vector<sock_filter>& builder_filter(bool network) {
  static const std::vector<sock_filter> without = make_filter(false);
  if (!network) return without;
  static const std::vector<sock_filter> with = make_filter(true);
  return with;
}

const std::vector<sock_filter>& terminal_filter() {
  static const std::vector<sock_filter> filter = make_terminal_filter();
  return filter;
}

}  // namespace nacre
