// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/sink.hpp"
#include "store/link_farm.hpp"

namespace nacre {

/// Files with several links that a pass made canonical, so that they are ours by now.
using SeenFiles = std::set<std::pair<dev_t, ino_t>>;

/// What to do on a pass over a tree; all of it together costs one reading of the files.
struct TreePass {
  bool canonicalize = false;            ///< modes, times, owner, attributes
  std::optional<uid_t> expected_owner;  ///< whose the files must be before, if that matters
  SeenFiles* seen = nullptr;  ///< shared by passes over trees that one builder made, or nothing
  Sink* nar = nullptr;        ///< gets the tree's NAR
  LinkFarm* links = nullptr;  ///< where equal files are shared; the tree must be canonical
  /// SHA-256 of all that `nar` got. A tree that is one file is shared by it, not hashed again.
  std::function<Hash()> nar_hash;
};

/// Walks the tree at `path`, entries in the order of their bytes, never following a link.
void walk_tree(const std::string& path, const TreePass& pass);

}  // namespace nacre
