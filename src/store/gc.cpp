// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/gc.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/leftovers.hpp"
#include "store/link_farm.hpp"
#include "store/reserve.hpp"
#include "store/roots.hpp"
#include "store/temp_roots.hpp"

namespace nacre {
namespace {

/// Roughly what deleting the tree frees: files that nothing but .links shares with it.
std::uint64_t disk_usage(const std::string& path) {
  auto status = try_lstat(path);
  if (!status) return 0;
  std::uint64_t bytes = 0;
  if (S_ISDIR(status->st_mode)) {
    for (const std::string& name : list_directory(path)) bytes += disk_usage(path + "/" + name);
  } else if (status->st_nlink > 2) {
    return 0;
  }
  return bytes + static_cast<std::uint64_t>(status->st_blocks) * 512;
}

}  // namespace

/// One collection. Rounds are repeated as long as less than asked for was freed; each holds the
/// locks only while it decides and takes things out of the store, not while files are deleted.
class GarbageCollector {
 public:
  GarbageCollector(LocalStore& store, const GcOptions& options, Reporter& reporter)
      : store_(store), options_(options), reporter_(reporter), trash_(store.layout()) {}

  GcResult run() {
    if (!deletes()) {
      round();
      return result_;
    }
    // On a full disk, what takes rows out of the database needs room.
    release_reserve(store_.layout().state);
    result_.bytes_freed = trash_.empty();
    for (bool more = true; more && result_.bytes_freed < options_.max_freed;) {
      more = round() && is_limited();
      result_.bytes_freed += trash_.empty();
      remove_unused_links();
    }
    keep_reserve(store_.layout().state);
    return result_;
  }

 private:
  /// Everything known while the locks are held.
  struct Snapshot {
    UniqueFd lock;
    std::unique_ptr<TempRootsSnapshot> held;  ///< while things are deleted
    std::set<std::string> temp_roots;
    StoreGraph graph;
    std::vector<bool> live;
  };

  bool deletes() const {
    return options_.action == GcOptions::Action::delete_dead ||
           options_.action == GcOptions::Action::delete_specific;
  }
  bool is_limited() const {
    return options_.max_freed != std::numeric_limits<std::uint64_t>::max();
  }
  void hold(Snapshot& snapshot);
  Snapshot look();
  bool round();
  bool delete_paths(const Snapshot& snapshot, const std::vector<bool>& chosen);
  bool delete_leftovers(const Snapshot& snapshot);
  void check_specific(const Snapshot& snapshot);
  void remove_unused_links();
  void report(const Snapshot& snapshot, bool live);
  void report_leftover(const std::string& name);
  std::vector<std::string> leftovers(const Snapshot& snapshot);

  LocalStore& store_;
  const GcOptions& options_;
  Reporter& reporter_;
  Trash trash_;
  GcResult result_;
};

/// Who only asks changes nothing and holds nobody up, and may ask a store that he cannot write to.
void GarbageCollector::hold(Snapshot& snapshot) {
  const std::string& state = store_.layout().state;
  LockMode mode = deletes() ? LockMode::exclusive : LockMode::shared;
  snapshot.lock = deletes() ? open_gc_lock(state) : open_gc_lock_if_allowed(state);
  if (snapshot.lock && !try_lock_file(snapshot.lock.get(), mode)) {
    reporter_.info("waiting for another garbage collection");
    lock_file(snapshot.lock.get(), mode);
  }
  if (!deletes()) {
    for (const auto& [file, name] : read_temp_roots(state)) snapshot.temp_roots.insert(name);
    return;
  }
  // From here on nobody gets a new temporary root; what has one now is in the snapshot.
  snapshot.held = std::make_unique<TempRootsSnapshot>(state);
  snapshot.temp_roots = snapshot.held->paths();
}

GarbageCollector::Snapshot GarbageCollector::look() {
  const StoreLayout& layout = store_.layout();
  Snapshot snapshot;
  hold(snapshot);
  snapshot.graph = store_.database_->graph();
  if (options_.action == GcOptions::Action::delete_dead) forget_missing_roots(layout);
  StorePathSet roots;
  for (const auto& [holder, path] : find_link_roots(layout)) roots.insert(path);
  auto is_known = [&](const StorePath& path) { return snapshot.graph.index.contains(path); };
  for (const auto& [holder, path] : find_process_roots(is_known)) roots.insert(path);
  for (const std::string& path : snapshot.temp_roots)
    if (StorePath::is_valid(path)) roots.emplace(path);
  snapshot.live =
      find_live(snapshot.graph, roots, {options_.keep_outputs, options_.keep_derivations});
  return snapshot;
}

/// Whether anything was taken out of the store.
bool GarbageCollector::round() {
  Snapshot snapshot = look();
  std::vector<bool> dead = snapshot.live;
  dead.flip();
  switch (options_.action) {
    case GcOptions::Action::return_live:
      report(snapshot, true);
      return false;
    case GcOptions::Action::return_dead:
      report(snapshot, false);
      return false;
    case GcOptions::Action::delete_specific:
      check_specific(snapshot);
      delete_paths(snapshot, with_referrers(snapshot.graph, options_.paths_to_delete));
      // One that was not registered; not one that somebody has come to refer to meanwhile.
      for (const StorePath& path : options_.paths_to_delete)
        if (!store_.has(path)) trash_.take(std::string(path.base_name()));
      return false;
    case GcOptions::Action::delete_dead:
      break;
  }
  bool left = delete_leftovers(snapshot);
  return delete_paths(snapshot, dead) || left;
}

void GarbageCollector::report(const Snapshot& snapshot, bool live) {
  for (std::size_t i = 0; i < snapshot.graph.paths.size(); ++i)
    if (snapshot.live[i] == live) result_.paths.push_back(snapshot.graph.paths[i]);
  if (live) return;
  for (const std::string& name : leftovers(snapshot)) report_leftover(name);
}

std::vector<std::string> GarbageCollector::leftovers(const Snapshot& snapshot) {
  return find_leftovers(store_.layout(), snapshot.temp_roots, [&](const StorePath& path) {
    return snapshot.graph.index.contains(path) || store_.has(path);
  });
}

/// Not every leftover is the beginning of a store item.
void GarbageCollector::report_leftover(const std::string& name) {
  std::string path = fmt::format("{}/{}", store_directory, name);
  bool is_scaffold = name.ends_with(".lock") || name.ends_with(".chroot");
  if (StorePath::is_valid(path) && !is_scaffold) result_.paths.emplace_back(path);
}

bool GarbageCollector::delete_leftovers(const Snapshot& snapshot) {
  std::vector<std::string> names = leftovers(snapshot);
  for (const std::string& name : names) {
    trash_.take(name);
    report_leftover(name);
  }
  return !names.empty();
}

void GarbageCollector::check_specific(const Snapshot& snapshot) {
  for (const StorePath& path : options_.paths_to_delete) {
    auto found = snapshot.graph.index.find(path);
    bool is_live = found != snapshot.graph.index.end() ? snapshot.live[found->second]
                                                       : snapshot.temp_roots.contains(path.text());
    if (is_live)
      throw Error("cannot delete '{}': it is still alive", path.text())
          .hint("'nacre gc --list-roots' shows what keeps things alive");
    if (found == snapshot.graph.index.end() && !path_exists(store_.physical(path)))
      throw Error("cannot delete '{}': it does not exist", path.text());
  }
}

bool GarbageCollector::delete_paths(const Snapshot& snapshot, const std::vector<bool>& chosen) {
  std::uint64_t expected = result_.bytes_freed;
  std::vector<StorePath> batch;
  for (std::size_t i : deletion_order(snapshot.graph, chosen)) {
    if (expected >= options_.max_freed) break;
    check_interrupted();
    batch.push_back(snapshot.graph.paths[i]);
    if (is_limited()) expected += disk_usage(store_.physical(batch.back()));
  }
  std::vector<StorePath> removed = store_.database_->remove(batch);
  for (const StorePath& path : removed) trash_.take(std::string(path.base_name()));
  result_.paths.insert(result_.paths.end(), removed.begin(), removed.end());
  if (!removed.empty()) reporter_.info(fmt::format("deleting {} store items", removed.size()));
  return !removed.empty();
}

void GarbageCollector::remove_unused_links() {
  std::string directory = store_.layout().store + "/.links";
  for (const std::string& name : list_directory(directory)) {
    std::string link = directory + "/" + name;
    auto status = try_lstat(link);
    if (!status || status->st_nlink != 1) continue;
    if (unlink(link.c_str()) == 0)
      result_.bytes_freed += static_cast<std::uint64_t>(status->st_blocks) * 512;
  }
}

GcResult collect_garbage(LocalStore& store, const GcOptions& options, Reporter& reporter) {
  return GarbageCollector(store, options, reporter).run();
}

}  // namespace nacre
