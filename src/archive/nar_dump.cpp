// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "archive/block_hasher.hpp"
#include "archive/nar.hpp"
#include "archive/nar_format.hpp"
#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

constexpr std::size_t block_size = std::size_t{256} * 1024;
constexpr off_t worth_announcing = 1 << 20;  ///< the kernel is told of files that are read for long

/// Takes a full block, and leaves one of the same size (perhaps another) to be filled next.
using BlockConsumer = std::function<void(std::string& block, std::size_t used)>;

/// Collects the archive in blocks. File contents are read into them directly, so that no byte is
/// copied between the kernel and the consumer.
class BlockWriter {
 public:
  explicit BlockWriter(BlockConsumer consumer)
      : consumer_(std::move(consumer)), block_(block_size, '\0') {}

  void string(std::string_view text) {
    number(text.size());
    bytes(text);
    padding(text.size());
  }

  template <typename... Texts>
  void strings(Texts... texts) {
    (string(texts), ...);
  }

  void number(std::uint64_t value) {
    std::array<char, 8> digits;
    for (char& digit : digits) {
      digit = static_cast<char>(value & 0xff);
      value >>= 8;
    }
    bytes({digits.data(), digits.size()});
  }

  void padding(std::uint64_t size) { bytes({"\0\0\0\0\0\0\0", nar::padding_of(size)}); }

  /// Reads at most `limit` bytes of a file; returns how many, 0 at its end.
  std::size_t read_from(int fd, std::uint64_t limit) {
    if (used_ == block_size) flush();
    std::size_t room = block_size - used_;
    if (limit < room) room = static_cast<std::size_t>(limit);
    std::size_t count = FdSource(fd).read(block_.data() + used_, room);
    used_ += count;
    return count;
  }

  void flush() {
    check_interrupted();
    if (used_ > 0) consumer_(block_, used_);
    used_ = 0;
  }

 private:
  void bytes(std::string_view text) {
    while (!text.empty()) {
      if (used_ == block_size) flush();
      std::size_t count = std::min(block_size - used_, text.size());
      std::memcpy(block_.data() + used_, text.data(), count);
      used_ += count;
      text.remove_prefix(count);
    }
  }

  BlockConsumer consumer_;
  std::string block_;
  std::size_t used_ = 0;
};

/// Names are looked up in the open directory that holds them and links are not followed, so that
/// a tree which changes meanwhile cannot lead us elsewhere.
class NarDumper {
 public:
  NarDumper(std::string path, const PathFilter& filter, BlockConsumer consumer)
      : path_(std::move(path)),
        root_size_(path_.size()),
        filter_(filter),
        out_(std::move(consumer)) {}

  void dump() {
    out_.string(nar::magic);
    dump_node(AT_FDCWD, path_.c_str(), 0);
    out_.flush();
  }

 private:
  [[noreturn]] void fail(std::string_view doing) const {
    const int reason = errno;
    throw SystemError(reason, fmt::format("{} '{}'", doing, shortened_path(path_)));
  }

  /// `path_` is the node's path, for messages and for the filter.
  void dump_node(int parent, const char* name, int depth) {
    struct stat status {};
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail("looking at");
    out_.strings("(", "type");
    if (S_ISREG(status.st_mode))
      dump_regular(parent, name);
    else if (S_ISDIR(status.st_mode))
      dump_directory(parent, name, depth);
    else if (S_ISLNK(status.st_mode))
      dump_symlink(parent, name);
    else
      throw Error("'{}' is neither a regular file, a directory nor a symbolic link",
                  shortened_path(path_))
          .hint("devices, pipes and sockets cannot be put in the store");
    out_.string(")");
  }

  void dump_regular(int parent, const char* name) {
    // O_NONBLOCK: should it have become a pipe, opening must not wait for a writer.
    UniqueFd file(openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!file || fstat(file.get(), &status) != 0) fail("opening");
    if (!S_ISREG(status.st_mode))
      throw Error("'{}' changed while it was being read", shortened_path(path_));
    if (status.st_size >= worth_announcing) posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);

    out_.string("regular");
    if (status.st_mode & S_IXUSR) out_.strings("executable", "");
    out_.string("contents");
    auto size = static_cast<std::uint64_t>(status.st_size);
    out_.number(size);
    for (std::uint64_t rest = size; rest > 0;) {
      std::size_t count = out_.read_from(file.get(), rest);
      if (count == 0)
        throw Error("'{}' became shorter while it was being read", shortened_path(path_));
      rest -= count;
    }
    out_.padding(size);
  }

  void dump_directory(int parent, const char* name, int depth) {
    check_tree_depth(depth, path_);
    UniqueFd directory(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) fail("opening");
    out_.string("directory");
    std::size_t length = path_.size();
    for (const std::string& entry : list_directory(directory.get())) {
      path_.append("/").append(entry);
      if (!filter_ || filter_(path_)) {
        check_path_length(path_.size() - root_size_, path_);
        out_.strings("entry", "(", "name", entry, "node");
        dump_node(directory.get(), entry.c_str(), depth + 1);
        out_.string(")");
      }
      path_.resize(length);
    }
  }

  void dump_symlink(int parent, const char* name) {
    std::array<char, PATH_MAX> target;
    ssize_t length = readlinkat(parent, name, target.data(), target.size());
    if (length < 0) fail("reading the symbolic link");
    out_.strings("symlink", "target", std::string_view(target.data(), length));
  }

  std::string path_;
  std::size_t root_size_;  ///< bytes of `path_` that are the tree's own
  const PathFilter& filter_;
  BlockWriter out_;
};

}  // namespace

void dump_nar(const std::string& path, Sink& sink, const PathFilter& filter) {
  NarDumper(path, filter, [&sink](std::string& block, std::size_t used) {
    sink.write({block.data(), used});
  }).dump();
}

NarHash hash_nar(const std::string& path, HashAlgorithm algorithm, const PathFilter& filter) {
  BlockHasher hasher(algorithm, block_size);
  NarDumper(path, filter, [&hasher](std::string& block, std::size_t used) {
    hasher.hash_block(block, used);
  }).dump();
  std::uint64_t size = hasher.size();
  return {hasher.finish(), size};
}

}  // namespace nacre
