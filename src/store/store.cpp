// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store.hpp"

#include <array>
#include <memory>

#include "archive/directory_tree.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "store/topology.hpp"

namespace nacre {
namespace {

/// Asks `filter` once about each path, however often the tree is walked: it may be slow.
PathFilter remembering(const PathFilter& filter) {
  if (!filter) return {};
  return [filter, answers = std::map<std::string, bool>()](const std::string& path) mutable {
    auto known = answers.find(path);
    if (known == answers.end()) known = answers.emplace(path, filter(path)).first;
    return known->second;
  };
}

void check_nar(const PathInfo& info, const NarHash& nar) {
  if (nar.hash != info.nar_hash)
    throw Error("the archive of '{}' has the hash {}:{}, expected {}", info.path.text(),
                to_string(nar.hash.algorithm), nar.hash.nix_base32(), info.nar_hash.nix_base32());
  if (nar.size != info.nar_size)
    throw Error("the archive of '{}' has {} bytes, expected {}", info.path.text(), nar.size,
                info.nar_size);
}

}  // namespace

Hash hash_source(const SourceTree& tree, bool recursive, HashAlgorithm algorithm) {
  if (recursive) return hash_nar(tree, algorithm).hash;
  auto file = tree.root();
  if (file->kind() == SourceNode::Kind::directory || file->kind() == SourceNode::Kind::symlink)
    throw Error("'{}' is not a regular file", file->path());
  HashSink hash(algorithm);
  auto contents = file->contents();
  std::array<char, 1 << 16> block{};
  while (std::size_t count = contents->read(block.data(), block.size())) {
    check_interrupted();
    hash.write({block.data(), count});
  }
  return hash.finish();
}

StorePath Store::add_path(std::string_view name, const std::string& source, bool recursive,
                          HashAlgorithm algorithm, const PathFilter& filter) {
  const DirectoryTree tree(source, {.filter = remembering(filter), .plain_file = !recursive});
  return add_tree(name, tree, recursive, algorithm);
}

StorePath Store::add_text(std::string_view name, std::string_view text,
                          const StorePathSet& references) {
  return add_texts({Text{std::string(name), std::string(text), references, {}}}).front();
}

void Store::add_nar(const PathInfo& info, Source& nar, Existing existing) {
  add_temp_root(info.path);
  const DescribeNar describe = [&](const NarHash& read) {
    check_nar(info, read);
    return info;
  };
  add_nar(nar, describe, existing);
}

PathInfo Store::path_info(const StorePath& path) const {
  if (auto info = query_path_info(path)) return *info;
  throw Error("'{}' is not valid", path.text());
}

StorePathSet Store::references(const StorePath& path) const {
  return path_info(path).references;
}

std::vector<StorePath> Store::topologically_sorted(const StorePathSet& paths) const {
  std::map<StorePath, StorePathSet> references;
  for (const StorePath& path : paths) references.emplace(path, this->references(path));
  return sort_topologically(references);
}

}  // namespace nacre
