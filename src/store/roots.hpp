// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// Who holds a path, a link or a process, and the path.
using Roots = std::vector<std::pair<std::string, StorePath>>;

/// The links below STATE/gcroots and STATE/profiles that lead into the store, directly or by other
/// links.
Roots find_link_roots(const StoreLayout& layout);

/// Removes those of gcroots/auto whose link is gone and was missed first 30 days ago: it may be on
/// a file system that is not mounted now. STATE/missing-roots tells since when. The caller holds
/// the collector's lock.
void forget_missing_roots(const StoreLayout& layout);

/// What running processes execute, map, have open, as their directory or in a variable, as far as
/// this user may see. Each candidate that `is_wanted` is reported.
Roots find_process_roots(const std::function<bool(const StorePath&)>& is_wanted);

}  // namespace nacre
