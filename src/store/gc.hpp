// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "store/local_store.hpp"

namespace nacre {

struct GcOptions {
  enum class Action { return_live, return_dead, delete_dead, delete_specific };
  Action action = Action::delete_dead;
  /// For delete_specific: what to delete; Error if one of them is live.
  StorePathSet paths_to_delete;
  /// Stop once that many bytes were freed.
  std::uint64_t max_freed = std::numeric_limits<std::uint64_t>::max();
  /// Keep the outputs of live derivations, and the derivers of live outputs (Guix: false, true).
  bool keep_outputs = false;
  bool keep_derivations = true;
};

struct GcResult {
  std::vector<StorePath> paths;   ///< live, dead or deleted, as asked
  std::uint64_t bytes_freed = 0;  ///< on disk
};

/// Collects garbage under the global lock. What is live, what a running process has as a
/// temporary root, and what is being built is never deleted. May be interrupted at any moment:
/// a path is invalid before its files go.
GcResult collect_garbage(LocalStore& store, const GcOptions& options, Reporter& reporter);

/// What an attempt to make an item's files again came to.
enum class Repair { done, waits };  ///< waits: for others that are damaged

struct VerifyOptions {
  bool check_contents = false;  ///< re-hash every path, and every file that items share
  bool repair = false;          ///< mend what is damaged
  /// Makes the files of a path again, by substitute or build. Error, which tells why, if it cannot;
  /// `damaged` are all that are not as they were registered.
  std::function<Repair(const StorePath& path, const StorePathSet& damaged)> repairer;
};

/// Something that is not as it should be.
struct Fault {
  enum class Kind {
    missing,     ///< registered, files gone; unregistered if nothing refers to it
    modified,    ///< contents, modes or owners are not those that were registered
    unreadable,  ///< it could not be checked
    forged,      ///< a derivation that claims what is not its own
    wrong_link   ///< a file under .links whose contents are not those of its name
  };
  Kind kind;
  std::string name;  ///< the store path, or the link's name
  std::string reason;
  bool repaired = false;
  std::string failure = {};  ///< why it could not be repaired, if that was tried
};

struct VerifyResult {
  std::vector<Fault> faults;
  std::vector<std::string> leftovers;  ///< in the store's directory, not registered: removed by gc
  bool ok() const;                     ///< nothing wrong is left
};
/// Checks every item and every derivation, and goes on after each fault. Where the store's lock
/// cannot be written, without it.
VerifyResult verify_store(LocalStore& store, const VerifyOptions& options, Reporter& reporter);
/// Whether the files of a valid path are as they were registered.
bool is_intact(const LocalStore& store, const StorePath& path);

}  // namespace nacre
