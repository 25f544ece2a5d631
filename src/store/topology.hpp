// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include "store/store_path.hpp"

namespace nacre {

/// The keys of `references`, each after those keys that it refers to, itself excepted; the same
/// order for the same graph. Error if there is a cycle.
std::vector<StorePath> sort_topologically(const std::map<StorePath, StorePathSet>& references);

}  // namespace nacre
