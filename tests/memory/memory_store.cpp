// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_store.hpp"

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/nar_tokens.hpp"

namespace nacre {
namespace {

/// Reads one NAR, and no byte past its end: what follows is somebody else's.
class NarCopy {
 public:
  explicit NarCopy(Source& source) : source_(source) {}
  std::string read() {
    token();
    node();
    return std::move(bytes_);
  }

 private:
  std::string token() {
    const std::string length = take(8);
    std::uint64_t size = 0;
    for (std::size_t i = 8; i-- > 0;) size = size << 8 | static_cast<unsigned char>(length[i]);
    std::string text = take(size);
    take(nar_padding(size).size());
    return text;
  }

  std::string take(std::uint64_t size) {
    std::string text(size, '\0');
    source_.read_exactly(text.data(), size);
    bytes_ += text;
    return text;
  }

  void node() {
    token();  // (
    token();  // type
    const std::string type = token();
    for (std::string next = token(); next != ")"; next = token()) {
      if (type == "directory")
        entry();
      else
        token();  // the value of "contents", "executable" or "target"
    }
  }

  void entry() {
    for (int i = 0; i < 4; ++i) token();  // ( name NAME node
    node();
    token();  // )
  }

  Source& source_;
  std::string bytes_;
};

/// The contents of the regular file that a NAR holds.
std::string text_of_nar(const StorePath& path, std::string_view nar) {
  const std::string before = nar_tokens({"nix-archive-1", "(", "type", "regular", "contents"});
  if (!nar.starts_with(before)) throw Error("'{}' is not a regular file", path.text());
  std::uint64_t size = 0;
  for (std::size_t i = 8; i-- > 0;)
    size = size << 8 | static_cast<unsigned char>(nar.at(before.size() + i));
  return std::string(nar.substr(before.size() + 8, size));
}

}  // namespace

// --- adding

void MemoryStore::enter(PathInfo info, std::string nar, std::map<std::string, StorePath> outputs) {
  for (const StorePath& reference : info.references)
    if (reference != info.path && !items_.contains(reference))
      throw Error("'{}' refers to '{}', which is not valid", info.path.text(), reference.text());
  info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar);
  info.nar_size = nar.size();
  temp_roots_.insert(info.path);
  temp_roots_.insert(info.references.begin(), info.references.end());
  const StorePath path = info.path;
  items_.insert_or_assign(path, Item{std::move(info), std::move(nar), std::move(outputs)});
}

std::map<std::string, StorePath> MemoryStore::checked_outputs(const PathInfo& info,
                                                              std::string_view text) {
  if (!info.path.is_derivation()) return {};
  return derivation_check_->check(info.path, text, info.references);
}

std::vector<StorePath> MemoryStore::add_texts(const std::vector<Text>& texts) {
  std::lock_guard lock(mutex_);
  std::vector<StorePath> paths;
  for (const Text& text : texts) {
    PathInfo info(
        make_text_path(text.name, hash_bytes(HashAlgorithm::sha256, text.text), text.references));
    info.references = text.references;
    paths.push_back(info.path);
    auto outputs = text.outputs.empty() ? checked_outputs(info, text.text) : text.outputs;
    enter(std::move(info), nar_of_text(text.text), std::move(outputs));
  }
  return paths;
}

StorePath MemoryStore::add_tree(std::string_view name, const SourceTree& tree, bool recursive,
                                HashAlgorithm algorithm) {
  StringSink nar;
  dump_nar(tree, nar);
  PathInfo info(make_fixed_output_path(recursive, hash_source(tree, recursive, algorithm), name));
  const StorePath path = info.path;
  std::lock_guard lock(mutex_);
  enter(std::move(info), std::move(nar.text), {});
  return path;
}

StorePath MemoryStore::add_nar(Source& nar, const DescribeNar& describe, Existing existing) {
  std::string bytes = NarCopy(nar).read();
  PathInfo info = describe({hash_bytes(HashAlgorithm::sha256, bytes), bytes.size()});
  std::lock_guard lock(mutex_);
  const StorePath path = info.path;
  if (existing == Existing::keep && items_.contains(path)) return path;
  auto outputs = path.is_derivation() ? checked_outputs(info, text_of_nar(path, bytes))
                                      : std::map<std::string, StorePath>();
  enter(std::move(info), std::move(bytes), std::move(outputs));
  return path;
}

void MemoryStore::add_output(const StorePath& path, const std::string& contents,
                             const StorePathSet& references, const StorePath& deriver) {
  std::lock_guard lock(mutex_);
  PathInfo info(path);
  info.references = references;
  info.deriver = deriver;
  enter(std::move(info), nar_of_text(contents), {});
}

// --- asking

const MemoryStore::Item& MemoryStore::at(const StorePath& path) const {
  auto found = items_.find(path);
  if (found == items_.end()) throw Error("'{}' is not valid", path.text());
  return found->second;
}

bool MemoryStore::is_valid(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  return items_.contains(path);
}

std::vector<bool> MemoryStore::are_valid(const std::vector<StorePath>& paths) const {
  std::vector<bool> valid;
  for (const StorePath& path : paths) valid.push_back(is_valid(path));
  return valid;
}

void MemoryStore::check_derivation(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  derivation_check_->check(path, read_text(path), at(path).info.references);
}

std::optional<PathInfo> MemoryStore::query_path_info(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  auto found = items_.find(path);
  if (found == items_.end()) return {};
  return found->second.info;
}

StorePathSet MemoryStore::all_valid_paths() const {
  std::lock_guard lock(mutex_);
  StorePathSet paths;
  for (const auto& [path, item] : items_) paths.insert(path);
  return paths;
}

StorePathSet MemoryStore::referrers(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  StorePathSet paths;
  for (const auto& [other, item] : items_)
    if (item.info.references.contains(path)) paths.insert(other);
  return paths;
}

StorePathSet MemoryStore::derivers(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  StorePathSet paths;
  for (const auto& [derivation, item] : items_)
    for (const auto& [name, output] : item.outputs)
      if (output == path) paths.insert(derivation);
  return paths;
}

std::map<std::string, StorePath> MemoryStore::derivation_outputs(
    const StorePath& derivation) const {
  std::lock_guard lock(mutex_);
  auto found = items_.find(derivation);
  return found == items_.end() ? std::map<std::string, StorePath>() : found->second.outputs;
}

std::optional<StorePath> MemoryStore::find_by_hash_part(std::string_view hash_part) const {
  std::lock_guard lock(mutex_);
  for (const auto& [path, item] : items_)
    if (path.hash_part() == hash_part) return path;
  return {};
}

template <typename Next>
StorePathSet MemoryStore::closure(const StorePathSet& paths, Next next) const {
  StorePathSet result = paths;
  std::vector<StorePath> pending(paths.begin(), paths.end());
  while (!pending.empty()) {
    const StorePath path = pending.back();
    pending.pop_back();
    for (const StorePath& other : next(path))
      if (result.insert(other).second) pending.push_back(other);
  }
  return result;
}

StorePathSet MemoryStore::requisites(const StorePathSet& paths) const {
  return closure(paths, [&](const StorePath& path) {
    auto info = query_path_info(path);
    return info ? info->references : StorePathSet();
  });
}

StorePathSet MemoryStore::all_referrers(const StorePathSet& paths) const {
  return closure(paths, [&](const StorePath& path) { return referrers(path); });
}

std::string MemoryStore::read_text(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  return text_of_nar(path, at(path).nar);
}

void MemoryStore::dump(const StorePath& path, Sink& sink) const {
  std::lock_guard lock(mutex_);
  sink.write(at(path).nar);
}

// --- roots and garbage

void MemoryStore::add_temp_roots(const std::vector<StorePath>& paths) {
  if (before_roots) before_roots();
  std::lock_guard lock(mutex_);
  temp_roots_.insert(paths.begin(), paths.end());
}

void MemoryStore::release_temp_roots() {
  std::lock_guard lock(mutex_);
  temp_roots_.clear();
}

StoreGraph MemoryStore::graph() const {
  StoreGraph graph;
  for (const auto& [path, item] : items_) {
    graph.index.emplace(path, graph.paths.size());
    graph.paths.push_back(path);
    graph.nar_sizes.push_back(item.info.nar_size);
  }
  graph.references.resize(graph.paths.size());
  graph.derivers.resize(graph.paths.size());
  graph.outputs.resize(graph.paths.size());
  for (const auto& [path, item] : items_) {
    const std::size_t index = graph.index.at(path);
    auto add = [&](std::vector<std::size_t>& list, const StorePath& other) {
      auto found = graph.index.find(other);
      if (found != graph.index.end() && other != path) list.push_back(found->second);
    };
    for (const StorePath& reference : item.info.references) add(graph.references[index], reference);
    if (item.info.deriver) add(graph.derivers[index], *item.info.deriver);
    for (const auto& [name, output] : item.outputs) add(graph.outputs[index], output);
  }
  return graph;
}

std::vector<StorePath> MemoryStore::collect(const StorePathSet& roots, const LivenessRules& rules) {
  std::lock_guard lock(mutex_);
  StorePathSet all_roots = roots;
  all_roots.insert(temp_roots_.begin(), temp_roots_.end());
  const StoreGraph graph = this->graph();
  std::vector<bool> dead = find_live(graph, all_roots, rules);
  dead.flip();
  std::vector<StorePath> removed;
  for (std::size_t index : deletion_order(graph, dead)) {
    removed.push_back(graph.paths[index]);
    items_.erase(graph.paths[index]);
  }
  return removed;
}

}  // namespace nacre
