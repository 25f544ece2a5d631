// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/git_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/tree_limits.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

/// An object begins with its kind and its size.
std::string object_header(std::string_view kind, std::uint64_t size) {
  return fmt::format("{} {}", kind, size) + '\0';
}

class GitHasher {
 public:
  explicit GitHasher(HashAlgorithm algorithm) : algorithm_(algorithm) {}

  Hash hash(const SourceNode& node, int depth) const {
    check_interrupted();
    switch (node.kind()) {
      case SourceNode::Kind::regular:
      case SourceNode::Kind::executable:
        return hash_file(node);
      case SourceNode::Kind::symlink:
        return hash_git_blob(node.target(), algorithm_);
      case SourceNode::Kind::directory:
        break;
    }
    return hash_directory(node, depth);
  }

 private:
  Hash hash_file(const SourceNode& node) const {
    HashSink sink(algorithm_);
    sink.write(object_header("blob", node.size()));
    const auto contents = node.contents();
    std::array<char, 65536> buffer;
    for (std::uint64_t rest = node.size(); rest > 0;) {
      const std::size_t count =
          contents->read(buffer.data(), std::min<std::uint64_t>(rest, buffer.size()));
      if (count == 0) throw Error("'{}' became shorter while it was read", node.path());
      sink.write({buffer.data(), count});
      rest -= count;
    }
    return sink.finish();
  }

  struct Entry {
    std::string sort_key;  ///< a directory sorts as if its name ended with a slash
    std::string text;
  };

  Hash hash_directory(const SourceNode& node, int depth) const {
    check_tree_depth(depth, node.path());
    std::vector<Entry> entries;
    for (const std::string& name : node.names()) {
      const auto child = node.entry(name);
      if (!child) continue;
      const bool is_directory = child->kind() == SourceNode::Kind::directory;
      entries.push_back(
          {is_directory ? name + "/" : name,
           fmt::format("{} {}", mode(child->kind()), name) + '\0' + hash(*child, depth + 1).bytes});
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.sort_key < b.sort_key; });
    std::string text;
    for (const Entry& entry : entries) text += entry.text;
    return hash_bytes(algorithm_, object_header("tree", text.size()) + text);
  }

  static std::string_view mode(SourceNode::Kind kind) {
    switch (kind) {
      case SourceNode::Kind::regular:
        return "100644";
      case SourceNode::Kind::executable:
        return "100755";
      case SourceNode::Kind::symlink:
        return "120000";
      case SourceNode::Kind::directory:
        break;
    }
    return "40000";
  }

  HashAlgorithm algorithm_;
};

}  // namespace

Hash hash_git(const SourceTree& tree, HashAlgorithm algorithm) {
  return GitHasher(algorithm).hash(*tree.root(), 0);
}

Hash hash_git_blob(std::string_view contents, HashAlgorithm algorithm) {
  return hash_bytes(algorithm, object_header("blob", contents.size()) + std::string(contents));
}

}  // namespace nacre
