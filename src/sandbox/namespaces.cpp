// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/namespaces.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>

namespace nacre {
namespace {

struct Setting {
  const char* name;
  const char* forbidding;  ///< the value that forbids user namespaces
  const char* allowing;
};

constexpr Setting settings[] = {
    {"user.max_user_namespaces", "0", "15000"},
    {"kernel.unprivileged_userns_clone", "0", "1"},
    {"kernel.apparmor_restrict_unprivileged_userns", "1", "0"},
};

std::optional<std::string> value_of(std::string name) {
  for (char& character : name) {
    if (character == '.') character = '/';
  }
  std::ifstream file("/proc/sys/" + name);
  std::string value;
  if (!(file >> value)) return {};
  return value;
}

const Setting* forbidding_setting() {
  for (const auto& setting : settings) {
    if (value_of(setting.name) == setting.forbidding) return &setting;
  }
  return nullptr;
}

bool is_refusal(int code) {
  return code == EPERM || code == EACCES || code == ENOSPC || code == EUSERS || code == EINVAL ||
         code == ENOSYS;
}

}  // namespace

Error namespace_error(int code, std::string_view step, std::string_view way_out) {
  std::string what = fmt::format("{}: {}", step, std::strerror(code));
  if (!is_refusal(code)) return Error(what);
  const Setting* setting = forbidding_setting();
  if (!setting) {
    return Error("the kernel does not allow us to make namespaces ({})", what)
        .hint(fmt::format("inside of a container, start it with more privileges (such as podman's "
                          "--privileged); {}",
                          way_out));
  }
  return Error("this machine forbids user namespaces: {} is {} ({})", setting->name,
               setting->forbidding, what)
      .hint(fmt::format("let its administrator run 'sysctl -w {}={}'; {}", setting->name,
                        setting->allowing, way_out));
}

}  // namespace nacre
