// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

/// Every name is resolved against the open directory that holds it, and no link is followed: who
/// replaces a directory by a link meanwhile makes us remove the link. The way down is kept here,
/// not on the stack, and only its end is held open, so that a tree may be of any depth; and nothing
/// is made, so that a disk may be full.
class TreeRemover {
 public:
  explicit TreeRemover(std::string root) : root_(std::move(root)) {}

  std::uint64_t remove() {
    parent_ = UniqueFd(open(directory_name(root_).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent_ && (errno == ENOENT || errno == ENOTDIR)) return 0;
    if (!parent_) fail("opening the parent directory of");
    remove_entry(base_name(root_));
    while (!way_.empty()) {
      Directory& directory = way_.back();
      if (directory.entries.empty()) {
        leave_directory();
        continue;
      }
      const std::string entry = std::move(directory.entries.back());
      directory.entries.pop_back();
      remove_entry(entry);
    }
    return freed_;
  }

 private:
  struct Directory {
    std::string name;
    dev_t device = 0;
    ino_t inode = 0;
    UniqueFd fd;                       ///< nothing when it is far above the end of the way
    std::vector<std::string> entries;  ///< still to be removed
  };

  static constexpr std::size_t most_open = 64;

  [[noreturn]] void fail(std::string_view doing) const {
    throw_errno(fmt::format("{} '{}'", doing, root_));
  }

  int current() const { return way_.empty() ? parent_.get() : way_.back().fd.get(); }

  void remove_entry(const std::string& name) {
    struct stat status {};
    if (fstatat(current(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return;
      fail("looking at");
    }
    if (S_ISDIR(status.st_mode)) return enter_directory(name, status);
    if (unlinkat(current(), name.c_str(), 0) == 0) {
      if (status.st_nlink == 1) freed_ += static_cast<std::uint64_t>(status.st_blocks) * 512;
      return;
    }
    if (errno != ENOENT) fail("removing");
  }

  void enter_directory(const std::string& name, const struct stat& status) {
    if ((status.st_mode & S_IRWXU) != S_IRWXU)  // if this fails, removing will
      fchmodat(current(), name.c_str(), S_IRWXU, AT_SYMLINK_NOFOLLOW);
    Directory directory;
    directory.fd =
        UniqueFd(openat(current(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.fd && errno == ENOENT) return;
    struct stat opened {};
    if (!directory.fd || fstat(directory.fd.get(), &opened) != 0) fail("opening a directory in");
    directory.name = name;
    directory.device = opened.st_dev;
    directory.inode = opened.st_ino;
    directory.entries = list_directory(directory.fd.get());
    way_.push_back(std::move(directory));
    if (way_.size() > most_open) way_[way_.size() - 1 - most_open].fd.reset();
  }

  /// Removes the directory at the end of the way, which is empty now.
  void leave_directory() {
    Directory empty = std::move(way_.back());
    way_.pop_back();
    if (!way_.empty() && !way_.back().fd) reopen_parent_of(empty);
    empty.fd.reset();  // what is still open costs the file system more to remove
    if (unlinkat(current(), empty.name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
      fail("removing");
  }

  /// Opens the end of the way again from its child, unless somebody has moved that elsewhere.
  void reopen_parent_of(const Directory& child) {
    Directory& directory = way_.back();
    directory.fd =
        UniqueFd(openat(child.fd.get(), "..", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!directory.fd || fstat(directory.fd.get(), &status) != 0) fail("opening a directory in");
    if (status.st_dev != directory.device || status.st_ino != directory.inode)
      throw Error("'{}' was changed while it was being removed", root_);
  }

  std::string root_;
  UniqueFd parent_;
  std::vector<Directory> way_;  ///< from the root of the tree down
  std::uint64_t freed_ = 0;
};

}  // namespace

std::uint64_t remove_tree(const std::string& path) {
  return TreeRemover(path).remove();
}

}  // namespace nacre
