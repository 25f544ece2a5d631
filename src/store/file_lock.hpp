// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

/// Locks between processes. A lock belongs to an open file description: threads of one process that
/// opened the file each for itself exclude each other too, and the kernel releases it when the
/// last copy of the descriptor is closed, however the process ends. They exclude the POSIX locks
/// that Guix's daemon takes on the same files.
namespace nacre {

enum class LockMode { shared, exclusive };

/// Waits for the lock; changes the mode if this description holds one already. Throws Interrupted.
void lock_file(int fd, LockMode mode);
bool try_lock_file(int fd, LockMode mode);
void unlock_file(int fd);

/// The lock `PATH.lock` beside a store path: held while the path's files are being made, by a
/// build or by adding. Waiting threads and processes get it one after the other; the file goes away
/// with the lock.
class PathLock {
 public:
  /// Waits for it. Throws Interrupted; a thread that waited in the kernel would not notice.
  static PathLock wait(const StoreLayout& layout, const StorePath& path);
  /// Nothing if somebody else holds it.
  static std::optional<PathLock> try_acquire(const StoreLayout& layout, const StorePath& path);
  /// Whether somebody holds the lock file `file`.
  static bool is_held(const std::string& file);

  ~PathLock() { release(); }
  PathLock(PathLock&&) noexcept = default;
  PathLock& operator=(PathLock&&) = delete;
  void release();

 private:
  PathLock(std::string file, UniqueFd fd) : file_(std::move(file)), fd_(std::move(fd)) {}

  std::string file_;
  UniqueFd fd_;
};

}  // namespace nacre
