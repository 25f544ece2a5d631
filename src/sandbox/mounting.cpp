// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/mounting.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "sandbox/namespaces.hpp"

namespace nacre {

namespace {

constexpr std::string_view way_out = "without --container, the command runs without one";

/// mount_setattr(2) by its number: the C library may be older than the kernel.
constexpr long mount_setattr_number = 442;

struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;
  std::uint64_t user_namespace = 0;
};

constexpr std::uint64_t read_only_attribute = 0x1;
constexpr std::uint64_t no_set_uid_attribute = 0x2;
constexpr unsigned recursive = 0x8000;

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    std::string name = path.substr(begin, end - begin);
    if (name == "..") throw Error("'{}' has a component '..'", path);
    if (!name.empty() && name != ".") names.push_back(std::move(name));
    begin = end + 1;
  }
  return names;
}

[[noreturn]] void refuse_component(int parent, const std::string& name, const std::string& path) {
  const int code = errno;
  struct stat status {};
  const bool exists = fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && S_ISLNK(status.st_mode))
    throw Error("'{}' cannot be made in the container: '{}' is a symbolic link", path, name)
        .hint("name the place that the link leads to");
  throw SystemError(code, fmt::format("making '{}' in the container", path));
}

}  // namespace

unsigned long mount_flags(const std::string& path) {
  struct statvfs status;
  if (statvfs(path.c_str(), &status) < 0) throw_errno(path);
  constexpr std::pair<unsigned long, unsigned long> flags[] = {
      {ST_NOEXEC, MS_NOEXEC},
      {ST_NOATIME, MS_NOATIME},
      {ST_NODIRATIME, MS_NODIRATIME},
      {ST_RELATIME, MS_RELATIME},
  };
  unsigned long result = MS_NOSUID | MS_NODEV;
  for (auto [present, flag] : flags) {
    if (status.f_flag & present) result |= flag;
  }
  return result;
}

void mount_at(const std::string& source, const std::string& target, const char* type,
              unsigned long flags, const std::string& data) {
  if (mount(source.c_str(), target.c_str(), type, flags, data.empty() ? nullptr : data.c_str()) < 0)
    throw namespace_error(errno, fmt::format("mounting {}", target), way_out);
}

void make_read_only(const std::string& path) {
  MountAttributes attributes;
  attributes.set = read_only_attribute | no_set_uid_attribute;
  if (syscall(mount_setattr_number, AT_FDCWD, path.c_str(), recursive, &attributes,
              sizeof attributes) == 0)
    return;
  if (errno != ENOSYS)
    throw namespace_error(errno, fmt::format("making {} read-only", path), way_out);
  mount_at("none", path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | mount_flags(path));
}

SafeRoot::SafeRoot(const std::string& directory)
    : root_(open_file(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW)) {}

UniqueFd SafeRoot::make_directory(const std::string& path) const {
  constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd current(fcntl(root_.get(), F_DUPFD_CLOEXEC, 0));
  for (const std::string& name : components(path)) {
    UniqueFd next(openat(current.get(), name.c_str(), flags));
    if (!next && errno == ENOENT) {
      constexpr mode_t mode = 0755;
      if (mkdirat(current.get(), name.c_str(), mode) < 0 && errno != EEXIST)
        refuse_component(current.get(), name, path);
      next = UniqueFd(openat(current.get(), name.c_str(), flags));
    }
    if (!next) refuse_component(current.get(), name, path);
    current = std::move(next);
  }
  return current;
}

UniqueFd SafeRoot::make_file(const std::string& path) const {
  const UniqueFd parent = make_directory(directory_name(path));
  const std::string name = base_name(path);
  constexpr mode_t mode = 0644;
  UniqueFd made(openat(parent.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!made && errno != EEXIST) refuse_component(parent.get(), name, path);
  UniqueFd file(openat(parent.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!file || fstat(file.get(), &status) < 0 || S_ISLNK(status.st_mode))
    refuse_component(parent.get(), name, path);
  if (S_ISDIR(status.st_mode))
    throw Error("'{}' cannot be a file in the container: it is a directory there", path);
  return file;
}

void SafeRoot::make_link(const std::string& path, const std::string& target) const {
  const UniqueFd parent = make_directory(directory_name(path));
  if (symlinkat(target.c_str(), parent.get(), base_name(path).c_str()) == 0) return;
  if (errno == EEXIST)
    throw Error("'{}' cannot be made a link in the container: it exists there", path);
  throw_errno(fmt::format("making the link '{}' in the container", path));
}

}  // namespace nacre
