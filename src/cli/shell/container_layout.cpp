// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/container_layout.hpp"

namespace nacre::cli {

namespace {

constexpr const char* network_files[] = {"/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/services",
                                         "/etc/hosts", "/var/run/nscd"};

}  // namespace

void add_system_files(ContainerPlan& plan, const ContainerUser& user, const std::string& shell) {
  const std::string shell_file = shell + "/bin/sh";
  const auto [uid, gid] = user.identity;
  plan.files.emplace_back("/etc/passwd", fmt::format("{}:x:{}:{}:{}:{}:{}\n", user.name, uid, gid,
                                                     user.full_name, user.home, shell_file));
  plan.files.emplace_back("/etc/group", fmt::format("users:x:{}:\noverflow:x:65534:\n", gid));
  if (!plan.network) plan.files.emplace_back("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
  plan.links.emplace_back("/bin/sh", shell_file);
  plan.temporary = {"/tmp", fmt::format("/run/user/{}", uid)};
  if (user.home != "/") plan.temporary.push_back(user.home);
}

void add_network_files(ContainerPlan& plan) {
  for (const char* file : network_files) plan.mappings.push_back({file, file, false, true});
}

}  // namespace nacre::cli
