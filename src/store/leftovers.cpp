// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/leftovers.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/file_lock.hpp"

namespace nacre {
namespace {

/// Of the store itself, or of somebody else: a file system, an overlay.
bool is_of_no_concern(const std::string& name) {
  bool is_ours = name.starts_with(".nacre-") || name.starts_with(".tmp-link-");
  return name == "trash" || name == "lost+found" || (name.starts_with(".") && !is_ours);
}

class BeingMade {
 public:
  BeingMade(const StoreLayout& layout, const std::set<std::string>& temp_roots)
      : layout_(layout), temp_roots_(temp_roots) {}

  bool contains(const std::string& name) const {
    std::string file = layout_.store + "/" + name;
    if (name.ends_with(".lock") && PathLock::is_held(file)) return true;
    if (name.ends_with(".chroot") && contains(name.substr(0, name.rfind('.')))) return true;
    return temp_roots_.contains(fmt::format("{}/{}", store_directory, name)) ||
           PathLock::is_held(file + ".lock");
  }

 private:
  const StoreLayout& layout_;
  const std::set<std::string>& temp_roots_;
};

}  // namespace

std::vector<std::string> find_leftovers(const StoreLayout& layout,
                                        const std::set<std::string>& temp_roots,
                                        const std::function<bool(const StorePath&)>& is_valid) {
  BeingMade being_made(layout, temp_roots);
  std::vector<std::string> leftovers;
  for (const std::string& name : list_directory(layout.store)) {
    if (is_of_no_concern(name)) continue;
    std::string path = fmt::format("{}/{}", store_directory, name);
    if (StorePath::is_valid(path) && is_valid(StorePath(path))) continue;
    if (!being_made.contains(name)) leftovers.push_back(name);
  }
  return leftovers;
}

void Trash::take(const std::string& name) {
  std::string from = store_ + "/" + name;
  auto status = try_lstat(from);
  if (!status) return;
  // A directory that moves has its ".." written.
  if (S_ISDIR(status->st_mode) && fchmodat(AT_FDCWD, from.c_str(), 0700, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(fmt::format("changing the mode of '{}'", from));
  make_directories(directory(), 0700);
  std::string to = directory() + "/" + name;
  for (int i = 1; path_exists(to); ++i) to = fmt::format("{}/{}-{}", directory(), name, i);
  rename_file(from, to);
}

std::uint64_t Trash::empty() {
  if (!path_exists(directory())) return 0;
  std::uint64_t freed = 0;
  for (const std::string& name : list_directory(directory())) {
    check_interrupted();
    try {
      freed += remove_tree(directory() + "/" + name);
    } catch (const SystemError& error) {
      if (error.code() != ENOENT) throw;  // another collector was faster
    }
  }
  rmdir(directory().c_str());
  return freed;
}

}  // namespace nacre
