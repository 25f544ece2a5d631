// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/confinement.hpp"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "sandbox/seccomp.hpp"

namespace nacre {

namespace {

void drop_capabilities(bool inner_containers) {
  // Up to the last that the kernel knows.
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    if (!inner_containers || capability != CAP_SETFCAP) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> kept{};
  if (inner_containers) kept[0].effective = kept[0].permitted = 1U << CAP_SETFCAP;
  if (syscall(SYS_capset, &header, kept.data()) < 0) throw_errno("dropping capabilities");
}

}  // namespace

void confine_to_container(bool inner_containers) {
  drop_capabilities(inner_containers);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) throw_errno("refusing new privileges");
  const std::vector<sock_filter>& filter = terminal_filter();
  sock_fprog program{static_cast<unsigned short>(filter.size()),
                     const_cast<sock_filter*>(filter.data())};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
    throw_errno("setting a system call filter");
}

}  // namespace nacre
