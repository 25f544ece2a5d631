// SPDX-License-Identifier: GPL-3.0-or-later
// How things get into the store: made in the staging directory, renamed to their place, entered
// in the database; in this order, so that whatever is registered is complete.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "archive/directory_tree.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/canonicalize.hpp"
#include "store/copy_tree.hpp"
#include "store/database.hpp"
#include "store/deduplicate.hpp"
#include "store/deferred_texts.hpp"
#include "store/derivation_check.hpp"
#include "store/file_lock.hpp"
#include "store/hashing_source.hpp"
#include "store/link_farm.hpp"
#include "store/local_store.hpp"
#include "store/nar_tokens.hpp"
#include "store/scan.hpp"
#include "store/staging.hpp"
#include "store/temp_roots.hpp"
#include "store/topology.hpp"
#include "store/tree.hpp"

namespace nacre {
namespace {

void write_text(const std::string& path, std::string_view text) {
  UniqueFd fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0444);
  write_fully(fd.get(), text);
  const timespec times[2] = {{1, 0}, {1, 0}};
  // The mode again, because of the umask.
  if (fchmod(fd.get(), 0444) != 0 || futimens(fd.get(), times) != 0)
    throw_errno(fmt::format("writing '{}'", path));
}

void check_cycles(const std::vector<PathInfo>& infos) {
  if (infos.size() < 2) return;
  std::map<StorePath, StorePathSet> references;
  for (const PathInfo& info : infos) references.emplace(info.path, info.references);
  sort_topologically(references);
}

/// Who adds something keeps what it refers to as well.
void append_roots(std::vector<StorePath>& roots, const StorePath& path,
                  const StorePathSet& references) {
  roots.push_back(path);
  roots.insert(roots.end(), references.begin(), references.end());
}

/// Trees that were put in their places; they go back unless they are kept.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    for (const auto& [tree, place] : done_) take_back(tree, place);
  }

  /// Puts `tree` at `place`, in one step; what lay there is at `tree` afterwards.
  void put(const std::string& tree, const std::string& place) {
    if (tree == place) return;
    exchange_trees(tree, place);
    done_.emplace_back(tree, place);
  }
  void keep() { done_.clear(); }

 private:
  /// A tree that cannot go back is a leftover, which the next collection removes.
  static void take_back(const std::string& tree, const std::string& place) noexcept {
    try {
      path_exists(tree) ? exchange_trees(tree, place) : exchange_trees(place, tree);
    } catch (const std::exception&) {
      return;
    }
  }

  std::vector<std::pair<std::string, std::string>> done_;
};

}  // namespace

// --- derivations

/// The outputs of what is about to be registered, whose files lie at `file`, if it is a derivation.
LocalStore::Outputs LocalStore::checked_outputs(const PathInfo& info,
                                                const std::string& file) const {
  if (!info.path.is_derivation()) return {};
  if (!S_ISREG(lstat_file(file).st_mode))
    throw Error("'{}' is not a derivation: it is not a regular file", info.path.text());
  return derivation_check_->check(info.path, read_file(file), info.references);
}

void LocalStore::check_derivation(const StorePath& path) const {
  checked_outputs(path_info(path), physical(path));
}

Registration LocalStore::describe(const Text& text, const StorePath& path) const {
  Registration registration{PathInfo(path), text.outputs};
  const std::string nar = nar_of_text(text.text);
  registration.info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar);
  registration.info.nar_size = nar.size();
  registration.info.references = text.references;
  if (text.outputs.empty() && path.is_derivation())
    registration.outputs = derivation_check_->check(path, text.text, text.references);
  return registration;
}

// --- adding

void LocalStore::require_valid(const std::map<StorePath, StorePath>& referrers) const {
  std::vector<StorePath> references;
  references.reserve(referrers.size());
  for (const auto& [reference, _] : referrers) references.push_back(reference);
  std::vector<bool> valid = have(references);
  auto missing = std::find(valid.begin(), valid.end(), false);
  if (missing == valid.end()) return;
  const StorePath& reference = references[static_cast<std::size_t>(missing - valid.begin())];
  throw Error("'{}' refers to '{}', which is not valid", referrers.at(reference).text(),
              reference.text());
}

std::vector<StorePath> LocalStore::add_texts(const std::vector<Text>& texts) {
  deferred_->flush();
  return write_texts(texts);
}

std::vector<StorePath> LocalStore::write_texts(const std::vector<Text>& texts) {
  if (texts.empty()) return {};
  std::vector<StorePath> paths;
  std::vector<StorePath> roots;
  for (const Text& text : texts) {
    Hash hash = hash_bytes(HashAlgorithm::sha256, text.text);
    paths.push_back(make_text_path(text.name, hash, text.references));
    append_roots(roots, paths.back(), text.references);
  }
  temp_roots_->add(roots);

  const std::vector<std::size_t> missing = likely_missing(paths);
  std::vector<Registration> registrations;
  registrations.reserve(missing.size());
  for (std::size_t i : missing) registrations.push_back(describe(texts[i], paths[i]));
  // Making the directory waits for a collector, which may wait for the database: not in there.
  if (!missing.empty()) staging_->slot();
  if (!missing.empty())
    database_->add_missing(registrations, [&](std::size_t i) {
      install_text(texts[missing[i]].text, paths[missing[i]]);
    });
  restore_lost_texts(texts, paths);
  return paths;
}

/// Those that are registered, but whose files somebody has removed.
void LocalStore::restore_lost_texts(const std::vector<Text>& texts,
                                    const std::vector<StorePath>& paths) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (path_exists(physical(paths[i]))) continue;
    install_text(texts[i].text, paths[i]);
    sync_if_valid(paths[i]);
  }
}

/// The indices of those of `paths` that may not be valid. When the first one is not, most are not,
/// and asking about each costs more than it saves.
std::vector<std::size_t> LocalStore::likely_missing(const std::vector<StorePath>& paths) const {
  std::vector<std::size_t> missing(paths.size());
  std::iota(missing.begin(), missing.end(), std::size_t{0});
  if (!has(paths.front())) return missing;
  const std::vector<bool> valid = have(paths);
  std::erase_if(missing, [&](std::size_t i) { return valid[i]; });
  return missing;
}

void LocalStore::install_text(std::string_view text, const StorePath& path) {
  Staging::Slot slot = staging_->slot();
  write_text(slot.path(), text);
  if (static_cast<off_t>(text.size()) >= LinkFarm::smallest_file)
    deduplicate_tree(layout_, slot.path());
  staging_->install_file(slot, physical(path));
}

StorePath LocalStore::add_tree(std::string_view name, const SourceTree& tree, bool recursive,
                               HashAlgorithm algorithm) {
  check_store_name(name);
  Hash hash = hash_source(tree, recursive, algorithm);
  StorePath path = make_fixed_output_path(recursive, hash, name);
  deferred_->flush();
  add_temp_root(path);
  if (has_files(path)) return path;

  Staging::Slot slot = staging_->slot();
  PathLock lock = PathLock::wait(layout_, path);
  if (has_files(path)) return path;
  copy_tree(tree, slot.path());
  ScanResult scanned = intake_tree(layout_, slot.path(), {});
  bool is_nar_hash = recursive && algorithm == HashAlgorithm::sha256;
  Hash copied = is_nar_hash ? scanned.nar_hash
                            : hash_source(DirectoryTree(slot.path()), recursive, algorithm);
  if (copied != hash)
    throw Error("'{}' changed while it was added to the store", tree.root()->path());
  PathInfo info(path);
  info.nar_hash = scanned.nar_hash;
  info.nar_size = scanned.nar_size;
  install({info}, {{path, slot.path()}});
  return path;
}

StorePath LocalStore::add_nar(Source& nar, const DescribeNar& describe, Existing existing) {
  deferred_->flush();
  Staging::Slot slot = staging_->slot();
  HashingSource source(nar, HashAlgorithm::sha256);
  restore_nar(source, slot.path());
  std::uint64_t size = source.hash().size();
  PathInfo info = describe({source.hash().finish(), size});

  std::vector<StorePath> roots;
  append_roots(roots, info.path, info.references);
  temp_roots_->add(roots);
  PathLock lock = PathLock::wait(layout_, info.path);
  if (existing == Existing::keep && has_files(info.path)) return info.path;
  std::map<StorePath, StorePath> referrers;
  for (const StorePath& reference : info.references)
    if (reference != info.path) referrers.emplace(reference, info.path);
  require_valid(referrers);
  make_canonical(slot.path());
  install({info}, {{info.path, slot.path()}});
  return info.path;
}

// --- outputs

void LocalStore::add_outputs(const std::vector<MadeOutput>& outputs, const StorePathSet& candidates,
                             const StorePath& deriver, std::optional<uid_t> owner,
                             const AcceptOutputs& accept) {
  std::map<std::string, StorePath> by_hash_part;
  for (const StorePath& path : candidates) by_hash_part.emplace(path.hash_part(), path);
  for (const MadeOutput& output : outputs)
    by_hash_part.emplace(output.path.hash_part(), output.path);
  std::vector<std::string> parts;
  for (const auto& [part, path] : by_hash_part) parts.push_back(part);

  std::vector<PathInfo> infos;
  std::map<StorePath, std::string> trees;
  SeenFiles seen;
  for (const MadeOutput& output : outputs) {
    const ScanResult scan = intake_tree(layout_, output.tree, parts, owner, &seen);
    PathInfo& info = infos.emplace_back(output.path);
    info.nar_hash = scan.nar_hash;
    info.nar_size = scan.nar_size;
    for (const std::string& part : scan.references) info.references.insert(by_hash_part.at(part));
    info.deriver = deriver;
    trees.emplace(output.path, output.tree);
  }
  accept(infos);
  install(infos, trees);
}

void LocalStore::register_paths(const std::vector<PathInfo>& infos) {
  std::map<StorePath, std::string> trees;
  for (const PathInfo& info : infos) {
    const std::string place = physical(info.path);
    if (!path_exists(place))
      throw Error("'{}' cannot be registered: it does not exist", info.path.text());
    make_canonical(place);
    trees.emplace(info.path, place);
  }
  install(infos, trees);
}

void LocalStore::make_canonical(const std::string& tree) const {
  LinkFarm links(layout_);
  TreePass pass;
  pass.canonicalize = true;
  pass.links = &links;
  walk_tree(tree, pass);
}

/// What is made again has a row that is on the disk; its files are not watched over after a loss of
/// power (store/power_loss.hpp), so they go to the disk now.
void LocalStore::sync_if_valid(const StorePath& path) const {
  if (!has(path)) return;
  UniqueFd directory = open_file(layout_.store, O_RDONLY | O_DIRECTORY);
  if (syncfs(directory.get()) != 0)
    throw_errno(fmt::format("writing '{}' to the disk", path.text()));
}

void LocalStore::install(const std::vector<PathInfo>& infos,
                         const std::map<StorePath, std::string>& trees) {
  check_cycles(infos);
  std::vector<StorePath> roots;
  std::vector<Registration> registrations;
  for (const PathInfo& info : infos) {
    append_roots(roots, info.path, info.references);
    registrations.push_back({info, checked_outputs(info, trees.at(info.path))});
  }
  temp_roots_->add(roots);
  for (const PathInfo& info : infos) sync_if_valid(info.path);
  Exchange exchange;
  for (const PathInfo& info : infos) exchange.put(trees.at(info.path), physical(info.path));
  database_->add(registrations);
  exchange.keep();
}

}  // namespace nacre
