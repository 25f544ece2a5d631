// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/local_store.hpp"

namespace nacre {

/// Looks at files by the names that they have in the store (/gnu/store/…), wherever the store
/// physically lies. Symbolic links are followed, absolute ones too, but never out of the
/// store: what lies there does not exist for this class. Borrows the store. Not thread-safe.
class StoreFiles {
 public:
  explicit StoreFiles(const LocalStore& store) : store_(store) {}

  /// Says where `path`, which is being built, lies until it is finished.
  void place(const StorePath& path, std::string physical);

  /// The name, free of symbolic links, of what `path` leads to; nothing if that does not exist.
  std::optional<std::string> resolve(std::string_view path) const;
  /// What `path` leads to.
  std::optional<struct stat> status(std::string_view path) const;
  bool is_directory(std::string_view path) const;
  /// Where the file of this name physically lies; links are not followed.
  std::string physical(std::string_view path) const;
  /// The names in the directory that `path` leads to, sorted.
  std::vector<std::string> list(std::string_view path) const;

 private:
  const LocalStore& store_;
  std::string placed_;
  std::string placed_at_;
};

}  // namespace nacre
