// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

/// Every name is resolved against the open directory that holds it, and no link is followed: who
/// replaces a directory by a link meanwhile makes us remove the link.
class TreeRemover {
 public:
  explicit TreeRemover(std::string root) : root_(std::move(root)) {}

  std::uint64_t remove() {
    UniqueFd parent(open(directory_name(root_).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent && (errno == ENOENT || errno == ENOTDIR)) return 0;
    if (!parent) fail("opening the parent directory of");
    remove_entry(parent.get(), base_name(root_), 0);
    return freed_;
  }

 private:
  /// Deeper directories are first moved up, so that neither descriptors nor stack run out.
  static constexpr int max_depth = 64;

  [[noreturn]] void fail(std::string_view doing) const {
    throw_errno(fmt::format("{} '{}'", doing, root_));
  }

  void remove_entry(int parent, const std::string& name, int depth) {
    struct stat status {};
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return;
      fail("looking at");
    }
    if (S_ISDIR(status.st_mode)) return remove_directory(parent, name, status, depth);
    if (unlinkat(parent, name.c_str(), 0) == 0) {
      if (status.st_nlink == 1) freed_ += static_cast<std::uint64_t>(status.st_blocks) * 512;
      return;
    }
    if (errno != ENOENT) fail("removing");
  }

  void remove_directory(int parent, const std::string& name, const struct stat& status, int depth) {
    if ((status.st_mode & S_IRWXU) != S_IRWXU)
      fchmodat(parent, name.c_str(), S_IRWXU, AT_SYMLINK_NOFOLLOW);  // if not, removing will fail
    if (depth == max_depth && move_up(parent, name)) return;
    UniqueFd directory(
        openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) {
      if (errno == ENOENT) return;
      fail("opening a directory in");
    }
    if (depth == 0) top_ = directory.get();
    empty_directory(directory.get(), depth);
    directory.reset();  // what is still open costs the file system more to remove
    if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) fail("removing");
  }

  void empty_directory(int directory, int depth) {
    std::size_t moved_before;
    do {
      moved_before = moved_;
      for (const std::string& entry : list_directory(directory))
        remove_entry(directory, entry, depth + 1);
    } while (depth == 0 && moved_ != moved_before);
  }

  bool move_up(int parent, const std::string& name) {
    for (;; ++moved_) {
      std::string fresh = fmt::format(".nacre-removing-{}", moved_);
      if (renameat2(parent, name.c_str(), top_, fresh.c_str(), RENAME_NOREPLACE) == 0) {
        ++moved_;
        return true;
      }
      if (errno != EEXIST) return false;
    }
  }

  std::string root_;
  int top_ = -1;  ///< the root, open
  std::size_t moved_ = 0;
  std::uint64_t freed_ = 0;
};

}  // namespace

std::uint64_t remove_tree(const std::string& path) {
  return TreeRemover(path).remove();
}

}  // namespace nacre
