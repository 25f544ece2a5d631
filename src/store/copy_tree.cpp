// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/copy_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// At a time, so that the user's interrupt is noticed.
constexpr std::uint64_t piece_size = 64 * 1024 * 1024;

/// At most the size that the file had: a process that makes it grow cannot keep us busy.
void copy_by_reading(FileContents& from, int to, std::uint64_t size) {
  std::string block(std::size_t{256} * 1024, '\0');
  while (size > 0) {
    check_interrupted();
    std::size_t count = from.read(block.data(), std::min<std::uint64_t>(block.size(), size));
    if (count == 0) return;
    write_fully(to, {block.data(), count});
    size -= count;
  }
}

/// Lets the file system share or copy the blocks where it can.
void copy_contents(FileContents& from, int to, std::uint64_t size) {
  while (size > 0 && from.descriptor() >= 0) {
    check_interrupted();
    ssize_t count =
        copy_file_range(from.descriptor(), nullptr, to, nullptr, std::min(size, piece_size), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size -= static_cast<std::uint64_t>(count);
  }
  copy_by_reading(from, to, size);
}

void copy_node(const SourceNode& node, const std::string& target, std::size_t root_size, int depth);

void copy_directory(const SourceNode& node, const std::string& target, std::size_t root_size,
                    int depth) {
  check_tree_depth(depth, node.path());
  if (mkdir(target.c_str(), 0700) != 0) throw_errno(fmt::format("creating '{}'", target));
  for (const std::string& name : node.names()) {
    check_path_length(node.path().size() + 1 + name.size() - root_size, node.path());
    auto entry = node.entry(name);
    if (entry) copy_node(*entry, fmt::format("{}/{}", target, name), root_size, depth + 1);
  }
}

void copy_node(const SourceNode& node, const std::string& target, std::size_t root_size,
               int depth) {
  check_interrupted();
  if (node.kind() == SourceNode::Kind::directory)
    return copy_directory(node, target, root_size, depth);
  if (node.kind() == SourceNode::Kind::symlink) return create_symlink(node.target(), target);
  UniqueFd copy = open_file(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                            node.kind() == SourceNode::Kind::executable ? 0700 : 0600);
  auto contents = node.contents();
  copy_contents(*contents, copy.get(), node.size());
}

}  // namespace

void copy_tree(const SourceTree& source, const std::string& target) {
  auto root = source.root();
  copy_node(*root, target, root->path().size(), 0);
}

}  // namespace nacre
