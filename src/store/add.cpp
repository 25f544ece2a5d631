// SPDX-License-Identifier: GPL-3.0-or-later
// How things get into the store: made in the staging directory, renamed to their place, entered
// in the database; in this order, so that whatever is registered is complete.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/canonicalize.hpp"
#include "store/copy_tree.hpp"
#include "store/database.hpp"
#include "store/deduplicate.hpp"
#include "store/derivation_check.hpp"
#include "store/file_lock.hpp"
#include "store/hashing_source.hpp"
#include "store/link_farm.hpp"
#include "store/nar_tokens.hpp"
#include "store/scan.hpp"
#include "store/staging.hpp"
#include "store/store.hpp"
#include "store/temp_roots.hpp"
#include "store/topology.hpp"
#include "store/tree.hpp"

namespace nacre {
namespace {

/// Asks `filter` once about each path, however often the tree is walked: it may be slow.
PathFilter remembering(const PathFilter& filter) {
  if (!filter) return {};
  auto answers = std::make_shared<std::map<std::string, bool>>();
  return [filter, answers](const std::string& path) {
    auto known = answers->find(path);
    if (known == answers->end()) known = answers->emplace(path, filter(path)).first;
    return known->second;
  };
}

void write_text(const std::string& path, std::string_view text) {
  UniqueFd fd = open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0444);
  write_fully(fd.get(), text);
  const timespec times[2] = {{1, 0}, {1, 0}};
  // The mode again, because of the umask.
  if (fchmod(fd.get(), 0444) != 0 || futimens(fd.get(), times) != 0)
    throw_errno(fmt::format("writing '{}'", path));
}

Hash hash_source(const std::string& path, bool recursive, HashAlgorithm algorithm,
                 const PathFilter& filter) {
  return recursive ? hash_nar(path, algorithm, filter).hash : hash_file(algorithm, path);
}

void check_regular(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw_errno(fmt::format("reading '{}'", path));
  if (S_ISREG(status.st_mode)) return;
  throw Error("'{}' is not a regular file", path).hint("directories can be added recursively only");
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

/// What is made again has a row that is on the disk; its files are not watched over after a loss of
/// power (store/power_loss.hpp), so they go to the disk now.
void sync_if_valid(const Store& store, const StorePath& path) {
  if (!store.is_valid(path)) return;
  UniqueFd directory = open_file(store.layout().store, O_RDONLY | O_DIRECTORY);
  if (syncfs(directory.get()) != 0)
    throw_errno(fmt::format("writing '{}' to the disk", path.text()));
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

// --- derivations

/// The outputs of what is about to be registered, whose files lie at `file`, if it is a derivation.
Store::Outputs Store::checked_outputs(const PathInfo& info, const std::string& file) const {
  if (!info.path.is_derivation()) return {};
  if (!S_ISREG(lstat_file(file).st_mode))
    throw Error("'{}' is not a derivation: it is not a regular file", info.path.text());
  return derivation_check_->check(info.path, read_file(file), info.references);
}

void Store::check_derivation(const StorePath& path) const {
  checked_outputs(path_info(path), physical(path));
}

Registration Store::describe(const Text& text, const StorePath& path) const {
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

void Store::require_valid(const std::map<StorePath, StorePath>& referrers) const {
  std::vector<StorePath> references;
  references.reserve(referrers.size());
  for (const auto& [reference, _] : referrers) references.push_back(reference);
  std::vector<bool> valid = are_valid(references);
  auto missing = std::find(valid.begin(), valid.end(), false);
  if (missing == valid.end()) return;
  const StorePath& reference = references[static_cast<std::size_t>(missing - valid.begin())];
  throw Error("'{}' refers to '{}', which is not valid", referrers.at(reference).text(),
              reference.text());
}

StorePath Store::add_text(std::string_view name, std::string_view text,
                          const StorePathSet& references) {
  return add_texts({Text{std::string(name), std::string(text), references, {}}}).front();
}

std::vector<StorePath> Store::add_texts(const std::vector<Text>& texts) {
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
    database_->enter_missing(registrations, [&](std::size_t i) {
      install_text(texts[missing[i]].text, paths[missing[i]]);
    });
  restore_lost_texts(texts, paths);
  return paths;
}

/// Those that are registered, but whose files somebody has removed.
void Store::restore_lost_texts(const std::vector<Text>& texts,
                               const std::vector<StorePath>& paths) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (path_exists(physical(paths[i]))) continue;
    install_text(texts[i].text, paths[i]);
    sync_if_valid(*this, paths[i]);
  }
}

/// The indices of those of `paths` that may not be valid. When the first one is not, most are not,
/// and asking about each costs more than it saves.
std::vector<std::size_t> Store::likely_missing(const std::vector<StorePath>& paths) const {
  std::vector<std::size_t> missing(paths.size());
  std::iota(missing.begin(), missing.end(), std::size_t{0});
  if (!is_valid(paths.front())) return missing;
  const std::vector<bool> valid = are_valid(paths);
  std::erase_if(missing, [&](std::size_t i) { return valid[i]; });
  return missing;
}

void Store::install_text(std::string_view text, const StorePath& path) {
  Staging::Slot slot = staging_->slot();
  write_text(slot.path(), text);
  if (static_cast<off_t>(text.size()) >= LinkFarm::smallest_file)
    deduplicate_tree(layout_, slot.path());
  staging_->install_file(slot, physical(path));
}

StorePath Store::add_path(std::string_view name, const std::string& source, bool recursive,
                          HashAlgorithm algorithm, const PathFilter& filter) {
  check_store_name(name);
  if (!recursive) check_regular(source);
  PathFilter remembered = remembering(filter);
  Hash hash = hash_source(source, recursive, algorithm, remembered);
  StorePath path = make_fixed_output_path(recursive, hash, name);
  add_temp_root(path);
  if (is_present(path)) return path;

  Staging::Slot slot = staging_->slot();
  PathLock lock = PathLock::wait(layout_, path);
  if (is_present(path)) return path;
  if (recursive)
    copy_tree(source, slot.path(), {remembered, {}, false});
  else
    copy_contents(source, slot.path());
  ScanResult scanned = intake_tree(layout_, slot.path(), {});
  bool is_nar_hash = recursive && algorithm == HashAlgorithm::sha256;
  Hash copied = is_nar_hash ? scanned.nar_hash : hash_source(slot.path(), recursive, algorithm, {});
  if (copied != hash) throw Error("'{}' changed while it was added to the store", source);
  PathInfo info(path);
  info.nar_hash = scanned.nar_hash;
  info.nar_size = scanned.nar_size;
  Outputs outputs = checked_outputs(info, slot.path());
  sync_if_valid(*this, path);
  staging_->install(slot, physical(path));
  enter(info, std::move(outputs));
  return path;
}

void Store::add_nar(const PathInfo& info, Source& nar, Existing existing) {
  add_temp_root(info.path);
  const DescribeNar describe = [&](const NarHash& read) {
    check_nar(info, read);
    return info;
  };
  add_nar(nar, describe, existing);
}

StorePath Store::add_nar(Source& nar, const DescribeNar& describe, Existing existing) {
  Staging::Slot slot = staging_->slot();
  HashingSource source(nar, HashAlgorithm::sha256);
  restore_nar(source, slot.path());
  std::uint64_t size = source.hash().size();
  PathInfo info = describe({source.hash().finish(), size});

  std::vector<StorePath> roots;
  append_roots(roots, info.path, info.references);
  temp_roots_->add(roots);
  PathLock lock = PathLock::wait(layout_, info.path);
  if (existing == Existing::keep && is_present(info.path)) return info.path;
  std::map<StorePath, StorePath> referrers;
  for (const StorePath& reference : info.references)
    if (reference != info.path) referrers.emplace(reference, info.path);
  require_valid(referrers);
  LinkFarm links(layout_);
  TreePass pass;
  pass.canonicalize = true;
  pass.links = &links;
  walk_tree(slot.path(), pass);
  replace(info, slot.path());
  return info.path;
}

void Store::replace(const PathInfo& info, const std::string& tree) {
  Outputs outputs = checked_outputs(info, tree);
  std::vector<StorePath> roots;
  append_roots(roots, info.path, info.references);
  temp_roots_->add(roots);
  sync_if_valid(*this, info.path);
  exchange_trees(tree, physical(info.path));
  enter(info, std::move(outputs));
}

void Store::register_paths(const std::vector<PathInfo>& infos) {
  for (const PathInfo& info : infos) {
    LinkFarm links(layout_);
    TreePass pass;
    pass.canonicalize = true;
    pass.links = &links;
    walk_tree(physical(info.path), pass);
  }
  register_canonical_paths(infos);
}

void Store::register_canonical_paths(const std::vector<PathInfo>& infos) {
  for (const PathInfo& info : infos)
    if (!path_exists(physical(info.path)))
      throw Error("'{}' cannot be registered: it does not exist", info.path.text());
  check_cycles(infos);
  std::vector<StorePath> roots;
  for (const PathInfo& info : infos) append_roots(roots, info.path, info.references);
  temp_roots_->add(roots);
  std::vector<Registration> registrations;
  for (const PathInfo& info : infos) sync_if_valid(*this, info.path);
  for (const PathInfo& info : infos)
    registrations.push_back({info, checked_outputs(info, physical(info.path))});
  database_->enter(registrations);
}

void Store::enter(const PathInfo& info, Outputs outputs) {
  database_->enter({{info, std::move(outputs)}});
}

}  // namespace nacre
