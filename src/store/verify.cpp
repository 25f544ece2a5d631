// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/canonicalize.hpp"
#include "store/database.hpp"
#include "store/file_lock.hpp"
#include "store/gc.hpp"
#include "store/leftovers.hpp"
#include "store/temp_roots.hpp"

namespace nacre {
namespace {

/// A message may hold the name of a file that is nested a thousand directories deep.
std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 300;
  if (text.size() <= longest) return std::string(text);
  return fmt::format("{} … {}", text.substr(0, longest / 2),
                     text.substr(text.size() - longest / 2));
}

/// The message of what `check` throws; nothing if it returns.
template <typename Check>
std::optional<std::string> failure_of(Check check) {
  try {
    check();
    return {};
  } catch (const Error& error) {
    return shortened(error.what());
  }
}

/// Looks for modes and owners that no item has.
class FactCheck {
 public:
  explicit FactCheck(const StoreLayout& layout) : owner_(lstat_file(layout.store).st_uid) {}

  /// What is wrong with the tree at `path`, or nothing.
  std::string look_at(const std::string& path) const {
    struct stat status = lstat_file(path);
    mode_t mode = status.st_mode & 07777;
    if (S_ISREG(status.st_mode) && mode != 0444 && mode != 0555) return wrong_mode(path, mode);
    // Those of an unpacked pack are writable by their owner.
    if (S_ISDIR(status.st_mode) && (mode & ~0200U) != 0555) return wrong_mode(path, mode);
    if (status.st_uid != owner_ && status.st_uid != 0)
      return fmt::format("'{}' belongs to user {}", path, status.st_uid);
    if (!S_ISDIR(status.st_mode)) return {};
    for (const std::string& name : list_directory(path)) {
      std::string found = look_at(path + "/" + name);
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  static std::string wrong_mode(const std::string& path, mode_t mode) {
    return fmt::format("'{}' has the mode {:o}", path, mode);
  }

  uid_t owner_;
};

}  // namespace

/// One verification. A shared hold on the collector's lock keeps what is looked at from going away.
class Verifier {
 public:
  Verifier(LocalStore& store, const VerifyOptions& options, Reporter& reporter)
      : store_(store), options_(options), reporter_(reporter), facts_(store.layout()) {}

  VerifyResult run() {
    UniqueFd lock = open_gc_lock_if_allowed(store_.layout().state);
    if (lock) lock_file(lock.get(), LockMode::shared);
    StorePathSet paths = store_.all_valid_paths();
    check_presence(paths);
    check_derivations(paths);
    if (options_.check_contents) {
      check_contents(paths);
      check_links();
    }
    if (options_.repair) repair_all();
    find_leftover_names();
    unregister_missing();
    return std::move(result_);
  }

 private:
  using Kind = Fault::Kind;

  void add(Kind kind, const std::string& name, const std::string& reason) {
    result_.faults.push_back({kind, name, reason});
  }

  bool is_present(const StorePath& path) const { return path_exists(store_.physical(path)); }

  // --- looking

  void check_presence(const StorePathSet& paths) {
    for (const StorePath& path : paths)
      if (!is_present(path)) add(Kind::missing, path.text(), "its files are gone");
  }

  /// A store that others wrote to may hold some that were never checked.
  void check_derivations(const StorePathSet& paths) {
    for (const StorePath& path : paths) {
      if (!path.is_derivation() || !is_present(path)) continue;
      check_interrupted();
      auto failure = failure_of([&] { store_.check_derivation(path); });
      if (failure) add(Kind::forged, path.text(), *failure + made_by(path));
    }
  }

  /// What a derivation that is no good has made.
  std::string made_by(const StorePath& derivation) const {
    std::string text;
    for (const auto& [name, output] : store_.derivation_outputs(derivation)) {
      auto info = store_.query_path_info(output);
      if (info && info->deriver == derivation)
        text += fmt::format("; '{}' was made by it", output.text());
    }
    return text;
  }

  void check_contents(const StorePathSet& paths) {
    auto activity = reporter_.start("checking the store", Reporter::Unit::items);
    std::uint64_t done = 0;
    for (const StorePath& path : paths) {
      check_interrupted();
      activity->progress(done++, paths.size());
      if (is_present(path)) check_item(path);
    }
  }

  void check_item(const StorePath& path) {
    auto failure = failure_of([&] {
      if (!is_intact(store_, path)) return add(Kind::modified, path.text(), "other contents");
      std::string odd = facts_.look_at(store_.physical(path));
      if (odd.empty()) return;
      add(Kind::modified, path.text(), shortened(odd));
      only_facts_.insert(path);
    });
    if (failure) add(Kind::unreadable, path.text(), *failure);
  }

  /// What items share, before another one shares it.
  void check_links() {
    std::string directory = links();
    std::vector<std::string> names = list_directory(directory);
    auto activity = reporter_.start("checking shared files", Reporter::Unit::items);
    std::uint64_t done = 0;
    for (const std::string& name : names) {
      check_interrupted();
      activity->progress(done++, names.size());
      auto failure = failure_of([&] {
        if (hash_nar(directory + "/" + name).hash.nix_base32() == name) return;
        add(Kind::wrong_link, name, "its contents are not those of its name");
      });
      // A collector does not wait for us where we could not take its lock.
      if (failure && path_exists(directory + "/" + name)) add(Kind::wrong_link, name, *failure);
    }
  }

  std::string links() const { return store_.layout().store + "/.links"; }

  // --- mending

  void repair_all() {
    for (Fault& fault : result_.faults)
      if (fault.kind == Kind::wrong_link) remove_link(fault);
    StorePathSet damaged;
    for (const Fault& fault : result_.faults)
      if (is_for_repairer(fault)) damaged.insert(StorePath(fault.name));
    // One that is built from another damaged one comes after it.
    for (bool progress = true; progress;) {
      progress = false;
      for (Fault& fault : result_.faults) {
        if (!is_for_repairer(fault) || !damaged.contains(StorePath(fault.name))) continue;
        if (!repair(fault, damaged)) continue;
        damaged.erase(StorePath(fault.name));
        progress = true;
      }
    }
    for (Fault& fault : result_.faults)
      if (is_for_repairer(fault) && fault.failure.empty() &&
          damaged.contains(StorePath(fault.name)))
        fault.failure = "it is made from others that are damaged";
  }

  void remove_link(Fault& fault) {
    auto failure = failure_of([&] { remove_tree(links() + "/" + fault.name); });
    fault.repaired = !failure;
    fault.failure = failure.value_or("");
  }

  static bool is_for_repairer(const Fault& fault) {
    return fault.kind == Kind::missing || fault.kind == Kind::modified ||
           fault.kind == Kind::unreadable;
  }

  /// False if it has to wait. What cannot be mended leaves the others waiting for it.
  bool repair(Fault& fault, const StorePathSet& damaged) {
    if (!fault.failure.empty()) return false;
    const StorePath path(fault.name);
    check_interrupted();
    try {
      if (only_facts_.contains(path)) {
        canonicalize_tree(store_.physical(path));
      } else if (!options_.repairer) {
        throw Error("nothing is known that makes it");
      } else if (options_.repairer(path, damaged) == Repair::waits) {
        return false;
      }
      fault.repaired = is_present(path) && is_intact(store_, path) &&
                       facts_.look_at(store_.physical(path)).empty();
      if (!fault.repaired) fault.failure = "it was made again, and is not as registered";
    } catch (const Error& error) {
      fault.failure = shortened(error.what());
      if (error.hint()) fault.failure += "; " + *error.hint();
    }
    return fault.repaired;
  }

  void find_leftover_names() {
    auto is_valid = [this](const StorePath& path) { return store_.has(path); };
    // Not under the lock: what another process begins to make just now may be among them.
    std::set<std::string> being_made;
    for (const auto& [file, path] : read_temp_roots(store_.layout().state)) being_made.insert(path);
    result_.leftovers = find_leftovers(store_.layout(), being_made, is_valid);
  }

  /// Again and again, because a path that is gone may be the last to refer to another.
  void unregister_missing() {
    if (store_.database_->is_read_only()) return;
    std::vector<StorePath> rest;
    for (const Fault& fault : result_.faults)
      if (fault.kind == Kind::missing && !fault.repaired) rest.emplace_back(fault.name);
    for (std::size_t before = rest.size() + 1; rest.size() < before;) {
      before = rest.size();
      std::erase_if(rest, [this](const StorePath& path) { return unregister(path); });
    }
  }

  /// Not what somebody is making again just now, or has made since.
  bool unregister(const StorePath& path) {
    auto lock = PathLock::try_acquire(store_.layout(), path);
    return lock && !is_present(path) && store_.database_->remove_unless_referred_to(path);
  }

  LocalStore& store_;
  const VerifyOptions& options_;
  Reporter& reporter_;
  FactCheck facts_;
  StorePathSet only_facts_;  ///< whose contents are right
  VerifyResult result_;
};

bool VerifyResult::ok() const {
  return std::all_of(faults.begin(), faults.end(),
                     [](const Fault& fault) { return fault.repaired; });
}

bool is_intact(const LocalStore& store, const StorePath& path) {
  auto info = store.query_path_info(path);
  if (!info) return true;
  return hash_nar(store.physical(path), info->nar_hash.algorithm).hash == info->nar_hash;
}

VerifyResult verify_store(LocalStore& store, const VerifyOptions& options, Reporter& reporter) {
  return Verifier(store, options, reporter).run();
}

}  // namespace nacre
