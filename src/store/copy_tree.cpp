// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/copy_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// At a time, so that the user's interrupt is noticed.
constexpr std::uint64_t piece_size = 64 * 1024 * 1024;

/// At most `size` bytes from where the descriptors stand; the count copied, less at the end.
std::uint64_t copy_by_reading(int from, int to, std::uint64_t size) {
  std::string block(256 * 1024, '\0');
  std::uint64_t copied = 0;
  while (copied < size) {
    ssize_t count = read(from, block.data(), std::min<std::uint64_t>(block.size(), size - copied));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("reading");
    if (count == 0) break;
    check_interrupted();
    write_fully(to, {block.data(), static_cast<std::size_t>(count)});
    copied += static_cast<std::uint64_t>(count);
  }
  return copied;
}

/// Lets the file system share or copy the blocks where it can. A file that grows meanwhile is
/// copied up to the size that it had: whoever makes it grow cannot keep us busy.
void copy_descriptor(int from, int to) {
  struct stat status {};
  if (fstat(from, &status) != 0) throw_errno("reading");
  // Files such as those of /proc have no size, and copy as nothing.
  if (status.st_size == 0) return void(copy_by_reading(from, to, UINT64_MAX));
  for (auto left = static_cast<std::uint64_t>(status.st_size); left > 0;) {
    check_interrupted();
    ssize_t count = copy_file_range(from, nullptr, to, nullptr, std::min(left, piece_size), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return void(copy_by_reading(from, to, left));
    left -= static_cast<std::uint64_t>(count);
  }
}

class TreeCopy {
 public:
  TreeCopy(const std::string& root, const CopyOptions& options)
      : options_(options), root_size_(root.size()) {}

  /// The source's path is for messages and for the filter only; the target is ours alone.
  void copy(int from, const std::string& name, const std::string& path, const std::string& target,
            int depth) {
    check_interrupted();
    struct stat status {};
    if (fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(fmt::format("reading '{}'", path));
    check_owner(status, path);
    if (S_ISDIR(status.st_mode)) return copy_directory(from, name, path, status, target, depth);
    if (S_ISLNK(status.st_mode)) return copy_link(from, name, path, target);
    if (S_ISREG(status.st_mode)) return copy_file(from, name, path, status, target);
    if (options_.skip_special) return;
    throw Error("'{}' is neither a regular file, a directory nor a symbolic link", path)
        .hint("sockets, pipes and devices cannot be in the store");
  }

 private:
  void check_owner(const struct stat& status, const std::string& path) const {
    if (!options_.expected_owner || status.st_uid == *options_.expected_owner) return;
    throw Error("'{}' belongs to user {}, not to {} who made it", path, status.st_uid,
                *options_.expected_owner);
  }

  /// What is opened may be something else than what was looked at a moment ago. What its owner may
  /// not read, he makes readable first.
  UniqueFd open_entry(int from, const std::string& name, const std::string& path, int flags,
                      struct stat& status) const {
    flags |= O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    mode_t kind = status.st_mode & S_IFMT;
    UniqueFd fd(openat(from, name.c_str(), flags));
    if (!fd && errno == EACCES && options_.expected_owner &&
        fchmodat(from, name.c_str(), (status.st_mode & 0777) | (kind == S_IFDIR ? 0500 : 0400),
                 AT_SYMLINK_NOFOLLOW) == 0)
      fd = UniqueFd(openat(from, name.c_str(), flags));
    if (!fd || fstat(fd.get(), &status) != 0) throw_errno(fmt::format("opening '{}'", path));
    check_owner(status, path);
    if ((status.st_mode & S_IFMT) != kind) throw Error("'{}' changed while it was copied", path);
    return fd;
  }

  void copy_file(int from, const std::string& name, const std::string& path, struct stat& status,
                 const std::string& target) const {
    UniqueFd source = open_entry(from, name, path, 0, status);
    UniqueFd copy = open_file(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                              status.st_mode & S_IXUSR ? 0700 : 0600);
    copy_descriptor(source.get(), copy.get());
  }

  void copy_directory(int from, const std::string& name, const std::string& path,
                      struct stat& status, const std::string& target, int depth) {
    check_tree_depth(depth, path);
    UniqueFd source = open_entry(from, name, path, O_DIRECTORY, status);
    if (mkdir(target.c_str(), 0700) != 0) throw_errno(fmt::format("creating '{}'", target));
    for (const std::string& entry : list_directory(source.get())) {
      std::string entry_path = path + "/" + entry;
      check_path_length(entry_path.size() - root_size_, entry_path);
      if (!options_.filter || options_.filter(entry_path))
        copy(source.get(), entry, entry_path, target + "/" + entry, depth + 1);
    }
  }

  static void copy_link(int from, const std::string& name, const std::string& path,
                        const std::string& target) {
    std::string text(PATH_MAX, '\0');
    ssize_t size = readlinkat(from, name.c_str(), text.data(), text.size());
    if (size < 0) throw_errno(fmt::format("reading the link '{}'", path));
    text.resize(static_cast<std::size_t>(size));
    create_symlink(text, target);
  }

  const CopyOptions& options_;
  std::size_t root_size_;
};

}  // namespace

void copy_tree(const std::string& source, const std::string& target, const CopyOptions& options) {
  UniqueFd from = open_file(directory_name(source), O_PATH | O_DIRECTORY);
  TreeCopy(source, options).copy(from.get(), base_name(source), source, target, 0);
}

void copy_contents(const std::string& source, const std::string& target) {
  UniqueFd from = open_file(source, O_RDONLY);
  UniqueFd to = open_file(target, O_WRONLY | O_CREAT | O_EXCL, 0600);
  copy_descriptor(from.get(), to.get());
}

}  // namespace nacre
