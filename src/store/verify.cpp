// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/gc.hpp"
#include "store/leftovers.hpp"
#include "store/temp_roots.hpp"

namespace nacre {

/// One verification. A shared hold on the collector's lock keeps what is looked at from going away.
class Verifier {
 public:
  Verifier(Store& store, const VerifyOptions& options, Reporter& reporter)
      : store_(store), options_(options), reporter_(reporter) {}

  VerifyResult run() {
    UniqueFd lock = open_gc_lock(store_.layout().state);
    lock_file(lock.get(), LockMode::shared);
    StorePathSet paths = store_.all_valid_paths();
    check_presence(paths);
    if (options_.check_contents) check_contents(paths);
    find_leftover_names();
    unregister_missing();
    return result_;
  }

 private:
  void check_presence(const StorePathSet& paths) {
    for (const StorePath& path : paths) {
      if (path_exists(store_.physical(path))) continue;
      reporter_.warning(fmt::format("`{}' is registered, but its files are gone", path.text()));
      result_.missing.push_back(path);
      repair(path);
    }
  }

  void check_contents(const StorePathSet& paths) {
    auto activity = reporter_.start("checking the store", Reporter::Unit::items);
    std::uint64_t done = 0;
    for (const StorePath& path : paths) {
      check_interrupted();
      activity->progress(done++, paths.size());
      if (!path_exists(store_.physical(path)) || is_intact(path)) continue;
      reporter_.warning(fmt::format("`{}' was modified", path.text()));
      result_.modified.push_back(path);
      repair(path);
    }
  }

  bool is_intact(const StorePath& path) {
    auto info = store_.query_path_info(path);
    if (!info) return true;
    NarHash nar = hash_nar(store_.physical(path), info->nar_hash.algorithm);
    return nar.hash == info->nar_hash;
  }

  void repair(const StorePath& path) {
    if (!options_.repair || !options_.repairer || !options_.repairer(path)) return;
    if (!path_exists(store_.physical(path)) || !is_intact(path)) return;
    reporter_.info(fmt::format("repaired `{}'", path.text()));
    result_.repaired.push_back(path);
  }

  void find_leftover_names() {
    auto is_valid = [this](const StorePath& path) { return store_.is_valid(path); };
    // Not under the lock: what another process begins to make just now may be among them.
    std::set<std::string> being_made;
    for (const auto& [file, path] : read_temp_roots(store_.layout().state)) being_made.insert(path);
    result_.leftovers = find_leftovers(store_.layout(), being_made, is_valid);
  }

  /// Again and again, because a path that is gone may be the last to refer to another.
  void unregister_missing() {
    std::vector<StorePath> rest;
    for (const StorePath& path : result_.missing)
      if (std::find(result_.repaired.begin(), result_.repaired.end(), path) ==
          result_.repaired.end())
        rest.push_back(path);
    for (std::size_t before = rest.size() + 1; rest.size() < before;) {
      before = rest.size();
      std::erase_if(rest, [this](const StorePath& path) {
        return store_.database_->remove_unless_referred_to(path);
      });
    }
  }

  Store& store_;
  const VerifyOptions& options_;
  Reporter& reporter_;
  VerifyResult result_;
};

VerifyResult verify_store(Store& store, const VerifyOptions& options, Reporter& reporter) {
  return Verifier(store, options, reporter).run();
}

}  // namespace nacre
