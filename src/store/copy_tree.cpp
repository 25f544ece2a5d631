// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/copy_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/sink.hpp"

namespace nacre {
namespace {

void copy_by_reading(int from, int to) {
  std::string block(256 * 1024, '\0');
  FdSource source(from);
  while (std::size_t count = source.read(block.data(), block.size())) {
    check_interrupted();
    write_fully(to, {block.data(), count});
  }
}

/// Lets the file system share or copy the blocks where it can.
void copy_descriptor(int from, int to) {
  constexpr std::size_t at_most = std::numeric_limits<int>::max();
  for (bool first = true;; first = false) {
    ssize_t count = copy_file_range(from, nullptr, to, nullptr, at_most, 0);
    if (count > 0) continue;
    // Files such as those of /proc copy as nothing in that way, and have to be read.
    if (count == 0 && !first) return;
    return copy_by_reading(from, to);
  }
}

void copy_file(const std::string& source, const std::string& target, int flags, mode_t mode) {
  UniqueFd from = open_file(source, O_RDONLY | flags);
  UniqueFd to = open_file(target, O_WRONLY | O_CREAT | O_EXCL, mode);
  copy_descriptor(from.get(), to.get());
}

void copy_directory(const std::string& source, const std::string& target,
                    const PathFilter& filter) {
  if (mkdir(target.c_str(), 0700) != 0) throw_errno(fmt::format("creating `{}'", target));
  for (const std::string& name : list_directory(source)) {
    std::string path = source + "/" + name;
    if (!filter || filter(path)) copy_tree(path, target + "/" + name, filter);
  }
}

}  // namespace

void copy_tree(const std::string& source, const std::string& target, const PathFilter& filter) {
  check_interrupted();
  struct stat status = lstat_file(source);
  if (S_ISDIR(status.st_mode)) return copy_directory(source, target, filter);
  if (S_ISLNK(status.st_mode)) return create_symlink(read_link(source), target);
  if (!S_ISREG(status.st_mode))
    throw Error("`{}' is neither a regular file, a directory nor a symbolic link", source);
  copy_file(source, target, O_NOFOLLOW, status.st_mode & S_IXUSR ? 0700 : 0600);
}

void copy_contents(const std::string& source, const std::string& target) {
  copy_file(source, target, 0, 0600);
}

}  // namespace nacre
