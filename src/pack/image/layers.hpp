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
  std::size_t height = 0;      ///< of the longest chain of references below it; 0: it needs nothing
  Hash hash;                   ///< of its NAR
};

/// The items of a closure, from the store's database.
std::vector<LayerItem> layer_items(const Store& store, const StorePathSet& closure);

/// Items in the order of their paths.
using Layer = std::vector<LayerItem>;

/// Deals `items` out to `count` layers at most (at least one), which depend on the items alone, not
/// on their order.
///
/// Big items get a layer of their own, so that it serves other images too. Small ones are grouped
/// by what each needs and what it is called, that is by nothing that other items decide: first
/// those of about the same height, which tend to change together, and those up to 4 MiB. So a
/// change of an item, or of what an image holds besides, leaves all other layers as they are; where
/// a group grows beyond that size it becomes two. If there are too few layers, the smallest of the
/// big items are grouped too, and groups are divided as far as there is room.
///
/// What much depends on comes first: two images that have their foundations in common then begin
/// with the same layers, and what changes is at the end.
std::vector<Layer> plan_layers(std::vector<LayerItem> items, std::size_t count);

/// The same for an image of `profile`, which is one of `items`: the last layer has the profile,
/// which changes with everything. What only the profile needs is there too, the smallest first, as
/// long as these are below 1 MiB each and 4 MiB together: when such an item changes, that
/// is the one layer that does.
std::vector<Layer> plan_image_layers(std::vector<LayerItem> items, const StorePath& profile,
                                     std::size_t count);

}  // namespace nacre
