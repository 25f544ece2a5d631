// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/relocation.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "sandbox/namespaces.hpp"

namespace nacre {
namespace {

/// Where the three directories appear; they lie under the same names below the location's root.
constexpr std::array directories = {"/gnu/store", "/var/guix", "/var/log/guix"};

constexpr std::string_view way_out =
    "as root, nacre needs no user namespace; and a store at /gnu/store that you may write to needs "
    "none "
    "either";

/// The root of the store that enter_store made visible.
std::string& entered_root() {
  static std::string root;
  return root;
}

bool is_writable_host_store() {
  if (access("/gnu/store", W_OK) == 0 && access("/var/guix", W_OK) == 0) return true;
  if (geteuid() != 0) return false;
  return !path_exists("/gnu/store") && access("/", W_OK) == 0;
}

std::string data_home() {
  const char* variable = std::getenv("XDG_DATA_HOME");
  if (variable && *variable == '/') return variable;
  const char* home = std::getenv("HOME");
  if (!home || *home != '/') {
    const passwd* user = getpwuid(geteuid());
    if (!user) throw Error("this user has no home directory").hint("set $NACRE_ROOT");
    home = user->pw_dir;
  }
  return fmt::format("{}/.local/share", home);
}

bool is_same_directory(const std::string& left, const std::string& right) {
  struct stat a, b;
  return stat(left.c_str(), &a) == 0 && stat(right.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

/// We stay who we are; to map anybody else would need privileges.
void map_own_identity(uid_t uid, gid_t gid) {
  auto write_map = [](const char* file, const std::string& text) {
    UniqueFd fd(open(file, O_WRONLY | O_CLOEXEC));
    if (!fd || write(fd.get(), text.data(), text.size()) < 0) {
      throw namespace_error(errno, fmt::format("writing {}", file), way_out);
    }
  };
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/gid_map", fmt::format("{} {} 1", gid, gid));
  write_map("/proc/self/uid_map", fmt::format("{} {} 1", uid, uid));
}

void enter_namespaces() {
  uid_t uid = geteuid();
  gid_t gid = getegid();
  if (uid == 0 && unshare(CLONE_NEWNS) == 0) return;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
    throw namespace_error(errno, "creating a user namespace", way_out);
  }
  map_own_identity(uid, gid);
}

void mount_or_throw(const char* source, const std::string& target, const char* type,
                    unsigned long flags, const char* data = nullptr) {
  if (mount(source, target.c_str(), type, flags, data) < 0) {
    throw namespace_error(errno, fmt::format("mounting {}", target), way_out);
  }
}

/// Whether the three directories could be had on the host, to be mounted on.
bool host_has_mount_points() {
  for (const char* directory : directories) {
    if (!path_exists(directory)) return false;
  }
  return true;
}

/// A view of a host directory whose entries are all those of the host, made of bind mounts, and to
/// which entries can be added: what an ordinary user can do about a directory that is not theirs.
class MirrorRoot {
 public:
  /// Puts the mirror of / together at `root`, an empty directory.
  explicit MirrorRoot(const std::string& root) : root_(root) {
    mount_or_throw("nacre", root_, "tmpfs", 0, "mode=0755,size=16m");
    mirror("", {"gnu", "var"});
    mirror("/gnu", {"store"});
    mirror("/var", {"guix", "log"});
    mirror("/var/log", {"guix"});
    for (const char* directory : directories) make_directories(root_ + directory);
    // The mirror holds itself, as far as it was made when the entry that it lies in was bound.
    umount2((root_ + root_).c_str(), MNT_DETACH);
  }

 private:
  /// Everything in the host's `directory`, but for the names that are made again.
  void mirror(const std::string& directory, const std::set<std::string>& own) {
    make_directories(root_ + directory);
    std::vector<std::string> names;
    try {
      names = list_directory(directory.empty() ? "/" : directory);
    } catch (const SystemError&) {
      return;  // it is not there, or not ours to read
    }
    for (const auto& name : names) {
      if (!own.contains(name)) mirror_entry(directory + "/" + name);
    }
  }

  void mirror_entry(const std::string& path) {
    struct stat status = lstat_file(path);
    std::string place = root_ + path;
    if (S_ISLNK(status.st_mode)) return create_symlink(read_link(path), place);
    if (S_ISDIR(status.st_mode)) {
      make_directories(place);
    } else {
      open_file(place, O_WRONLY | O_CREAT);
    }
    mount_or_throw(path.c_str(), place, nullptr, MS_BIND | MS_REC);
  }

  std::string root_;
};

void bind_store(const StoreLocation& location, const std::string& root) {
  for (const char* directory : directories) {
    mount_or_throw((location.root + directory).c_str(), root + directory, nullptr,
                   MS_BIND | MS_REC);
  }
}

void change_root(const std::string& root) {
  if (chdir(root.c_str()) < 0) throw_errno(root);
  if (syscall(SYS_pivot_root, ".", ".") < 0) {
    throw namespace_error(errno, "changing the root directory", way_out);
  }
  if (umount2(".", MNT_DETACH) < 0) throw_errno("umount");
}

std::string current_directory() {
  char* name = get_current_dir_name();
  if (!name) throw_errno("the working directory");
  std::string result = name;
  std::free(name);
  return result;
}

}  // namespace

StoreLocation choose_store(const std::optional<std::string>& root) {
  if (root) return {absolute_path(*root)};
  const char* variable = std::getenv("NACRE_ROOT");
  if (variable && *variable) return {absolute_path(variable)};
  if (is_writable_host_store()) return {};
  return {data_home() + "/nacre"};
}

void enter_store(const StoreLocation& location) {
  if (!location.is_relocated()) return;
  for (const char* directory : directories) make_directories(location.root + directory);
  entered_root() = location.root;
  if (is_same_directory(location.root + "/gnu/store", "/gnu/store")) return;

  std::string working_directory = current_directory();
  // An empty directory that is ours; nothing of the mirror shows outside of the new namespace.
  std::string mount_point = location.root + "/root";
  make_directories(mount_point);
  enter_namespaces();
  // Nothing of ours shows outside; what is mounted there later, such as a home directory, shows
  // here.
  mount_or_throw("none", "/", nullptr, MS_REC | MS_SLAVE);
  bool can_mount_over = host_has_mount_points();
  if (!can_mount_over) {
    MirrorRoot mirror(mount_point);
  }
  bind_store(location, can_mount_over ? "" : mount_point);
  if (!can_mount_over) {
    // What would be written to the mirror itself would be lost.
    mount_or_throw("none", mount_point, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY);
    change_root(mount_point);
  }
  if (chdir(working_directory.c_str()) < 0) throw_errno(working_directory);
}

std::string outside_path(const std::string& path) {
  for (std::string_view directory : directories) {
    bool is_below = path.starts_with(directory) &&
                    (path.size() == directory.size() || path[directory.size()] == '/');
    if (is_below) return entered_root() + path;
  }
  return path;
}

}  // namespace nacre
