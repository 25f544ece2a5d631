// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/files.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// What this process keeps from every garbage collector until it ends: the names in its file
/// STATE/temproots/PID. The protocol is in docs/formats.md; it is that of Guix's daemon.
/// Thread-safe.
class TempRoots {
 public:
  /// Creates nothing yet. Where the directory is not ours to write, adding does nothing, for then
  /// we cannot change the store either.
  explicit TempRoots(const std::string& state_directory);
  ~TempRoots();
  TempRoots(const TempRoots&) = delete;
  TempRoots& operator=(const TempRoots&) = delete;

  /// Waits for a collection under way. Once this returns, the paths are kept; check after it, not
  /// before, whether they are valid. If it fails, none of `paths` is kept and all others still are.
  void add(const std::vector<StorePath>& paths);
  void add(const StorePath& path) { add(std::vector<StorePath>{path}); }
  /// The same for a name in the store's directory that is not an item's, which `release` does not
  /// give up.
  void add_name(const std::string& name);
  /// Gives up all store paths; what this process is at work in stays.
  void release();
  /// Removes the file, as the end of this object's life does; adding makes another one.
  void end();

 private:
  void prepare();
  void append(const std::string& text);
  void open_own_file();
  bool claim(const std::string& file);

  std::string state_;
  bool writable_;
  std::mutex mutex_;
  std::string file_;
  UniqueFd fd_;
  off_t size_ = 0;   ///< of the file
  pid_t owner_ = 0;  ///< a child made by fork() starts a file of its own
  std::unordered_set<StorePath> known_;
  std::set<std::string> names_;
};

/// The temporary roots of all processes at one moment. While this lives, no process can add one.
class TempRootsSnapshot {
 public:
  /// Removes files of processes that are gone. The caller holds the garbage collector's lock.
  explicit TempRootsSnapshot(const std::string& state_directory);
  const std::set<std::string>& paths() const { return paths_; }

 private:
  std::vector<UniqueFd> held_;
  std::set<std::string> paths_;
};

/// The temporary roots of living processes and the files that have them, without holding anybody
/// up.
std::vector<std::pair<std::string, std::string>> read_temp_roots(
    const std::string& state_directory);

/// Opens STATE/gc.lock, whose lock a collector holds exclusively and a process that creates its
/// file of temporary roots holds shared.
UniqueFd open_gc_lock(const std::string& state_directory);
/// The same, or nothing where this process may not write it: then nothing that it does needs it.
UniqueFd open_gc_lock_if_allowed(const std::string& state_directory);

}  // namespace nacre
