// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "store/store.hpp"

namespace nacre {

/// A store item, as far as layers are concerned.
struct LayerItem {
  StorePath path;
  std::uint64_t size = 0;
  std::size_t popularity = 0;  ///< how many items of the closure need it, directly or not
  Hash hash;                   ///< of its NAR
};

/// The items of a closure, from the store's database.
std::vector<LayerItem> layer_items(const Store& store, const StorePathSet& closure);

using Layer = std::vector<LayerItem>;

/// Deals `items` out to `count` layers at most (at least one). Big items get a layer of their own,
/// so that it serves other images too; small ones share one. What much depends on comes first: two
/// images that have their foundations in common then begin with the same layers. Depends on the
/// items alone, not on their order.
std::vector<Layer> plan_layers(std::vector<LayerItem> items, std::size_t count);

}  // namespace nacre
