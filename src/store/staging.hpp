// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <string>

#include "store/layout.hpp"
#include "store/store_path.hpp"
#include "store/temp_roots.hpp"

namespace nacre {

/// A directory of this process's own within the store's directory, where things are made before
/// they are renamed to their place. A temporary root keeps it from collectors; what a killed
/// process leaves, the next collection removes. Thread-safe.
class Staging {
 public:
  Staging(const StoreLayout& layout, TempRoots& temp_roots)
      : layout_(layout), temp_roots_(temp_roots) {}
  ~Staging();
  /// Removes the directory; it is made again when it is needed.
  void close();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// A path that does not exist yet; removes what is there when it goes away.
  class Slot {
   public:
    explicit Slot(std::string path) : path_(std::move(path)) {}
    ~Slot();
    Slot(Slot&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    Slot& operator=(Slot&&) = delete;
    const std::string& path() const { return path_; }

   private:
    friend class Staging;
    std::string path_;
  };
  Slot slot();

  /// Moves the canonical tree in `slot` to `target`, in place of what a failed attempt left there.
  void install(Slot& slot, const std::string& target);
  /// The same for what is not a directory.
  void install_file(Slot& slot, const std::string& target);

 private:
  const std::string& directory();

  const StoreLayout& layout_;
  TempRoots& temp_roots_;
  std::mutex mutex_;
  std::string directory_;
  pid_t owner_ = 0;
  std::atomic<unsigned> count_ = 0;
};

/// Puts the canonical tree at `made` in the place of the one at `target`, in one step where the
/// file system can; what was at `target`, if anything, is at `made` afterwards.
void exchange_trees(const std::string& made, const std::string& target);

}  // namespace nacre
