// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstring>

#include "archive/block_hasher.hpp"
#include "archive/directory_tree.hpp"
#include "archive/nar.hpp"
#include "archive/nar_format.hpp"
#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

constexpr std::size_t block_size = std::size_t{256} * 1024;

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

  /// Reads at most `limit` bytes; returns how many, 0 at the end.
  std::size_t read_from(Source& source, std::uint64_t limit) {
    if (used_ == block_size) flush();
    std::size_t room = block_size - used_;
    if (limit < room) room = static_cast<std::size_t>(limit);
    std::size_t count = source.read(block_.data() + used_, room);
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

class NarDumper {
 public:
  explicit NarDumper(BlockConsumer consumer) : out_(std::move(consumer)) {}

  void dump(const SourceTree& tree) {
    auto root = tree.root();
    root_size_ = root->path().size();
    out_.string(nar::magic);
    dump_node(*root, 0);
    out_.flush();
  }

 private:
  void dump_node(const SourceNode& node, int depth) {
    out_.strings("(", "type");
    switch (node.kind()) {
      case SourceNode::Kind::regular:
      case SourceNode::Kind::executable:
        dump_regular(node);
        break;
      case SourceNode::Kind::directory:
        dump_directory(node, depth);
        break;
      case SourceNode::Kind::symlink:
        out_.strings("symlink", "target", node.target());
        break;
    }
    out_.string(")");
  }

  void dump_regular(const SourceNode& node) {
    out_.string("regular");
    if (node.kind() == SourceNode::Kind::executable) out_.strings("executable", "");
    out_.string("contents");
    const std::uint64_t size = node.size();
    out_.number(size);
    auto contents = node.contents();
    for (std::uint64_t rest = size; rest > 0;) {
      std::size_t count = out_.read_from(*contents, rest);
      if (count == 0)
        throw Error("'{}' became shorter while it was being read", shortened_path(node.path()));
      rest -= count;
    }
    out_.padding(size);
  }

  void dump_directory(const SourceNode& node, int depth) {
    check_tree_depth(depth, node.path());
    out_.string("directory");
    for (const std::string& name : node.names()) {
      check_path_length(node.path().size() + 1 + name.size() - root_size_, node.path());
      auto entry = node.entry(name);
      if (!entry) continue;
      out_.strings("entry", "(", "name", name, "node");
      dump_node(*entry, depth + 1);
      out_.string(")");
    }
  }

  std::size_t root_size_ = 0;  ///< bytes of a path that are the root's own
  BlockWriter out_;
};

}  // namespace

void dump_nar(const SourceTree& tree, Sink& sink) {
  NarDumper([&sink](std::string& block, std::size_t used) {
    sink.write({block.data(), used});
  }).dump(tree);
}

void dump_nar(const std::string& path, Sink& sink, const PathFilter& filter) {
  dump_nar(DirectoryTree(path, {.filter = filter}), sink);
}

NarHash hash_nar(const SourceTree& tree, HashAlgorithm algorithm) {
  BlockHasher hasher(algorithm, block_size);
  NarDumper([&hasher](std::string& block, std::size_t used) {
    hasher.hash_block(block, used);
  }).dump(tree);
  std::uint64_t size = hasher.size();
  return {hasher.finish(), size};
}

NarHash hash_nar(const std::string& path, HashAlgorithm algorithm, const PathFilter& filter) {
  return hash_nar(DirectoryTree(path, {.filter = filter}), algorithm);
}

}  // namespace nacre
