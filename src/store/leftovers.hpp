// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// Names in the store's directory that are neither valid nor being made by a living process: what
/// killed builds, additions and collections left. `temp_roots` tells what is being made, beside the
/// locks.
std::vector<std::string> find_leftovers(const StoreLayout& layout,
                                        const std::set<std::string>& temp_roots,
                                        const std::function<bool(const StorePath&)>& is_valid);

/// STORE/trash: what collectors take out of the store in an instant and delete afterwards, when
/// they hold nobody up any more.
class Trash {
 public:
  explicit Trash(const StoreLayout& layout) : store_(layout.store) {}
  /// Takes `name` out of the store's directory; nothing happens if it is not there.
  void take(const std::string& name);
  /// Deletes everything in it, from earlier too; returns the bytes freed.
  std::uint64_t empty();

 private:
  std::string directory() const { return store_ + "/trash"; }

  std::string store_;
};

}  // namespace nacre
