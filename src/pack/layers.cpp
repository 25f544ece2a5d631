// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/layers.hpp"

#include <algorithm>
#include <cassert>
#include <map>

namespace nacre {
namespace {

/// Below that, a layer's own costs (a mount, a request to a registry) outweigh what sharing it
/// saves.
constexpr std::uint64_t big_item = 1024 * 1024;

using Graph = std::map<StorePath, StorePathSet>;

/// Adds one to the popularity of all that `path` needs.
void count_needs(const Graph& references, const StorePath& path,
                 std::map<StorePath, std::size_t>& popularity) {
  StorePathSet seen{path};
  std::vector<StorePath> pending{path};
  while (!pending.empty()) {
    StorePath current = std::move(pending.back());
    pending.pop_back();
    for (const StorePath& needed : references.at(current)) {
      if (!seen.insert(needed).second) continue;
      ++popularity[needed];
      pending.push_back(needed);
    }
  }
}

bool comes_before(const LayerItem& one, const LayerItem& other) {
  if (one.popularity != other.popularity) return one.popularity > other.popularity;
  if (one.size != other.size) return one.size > other.size;
  return one.path < other.path;
}

bool is_bigger(const LayerItem& one, const LayerItem& other) {
  return one.size != other.size ? one.size > other.size : one.path < other.path;
}

}  // namespace

std::vector<LayerItem> layer_items(const Store& store, const StorePathSet& closure) {
  std::vector<LayerItem> items;
  Graph references;
  for (const StorePath& path : closure) {
    PathInfo info = store.path_info(path);
    references[path] = std::move(info.references);
    items.push_back({path, info.nar_size, 0, info.nar_hash});
  }
  std::map<StorePath, std::size_t> popularity;
  for (const StorePath& path : closure) count_needs(references, path, popularity);
  for (LayerItem& item : items) item.popularity = popularity[item.path];
  return items;
}

std::vector<Layer> plan_layers(std::vector<LayerItem> items, std::size_t count) {
  assert(count >= 1);
  std::vector<Layer> layers;
  if (items.empty()) return layers;
  std::sort(items.begin(), items.end(), is_bigger);
  auto small = std::find_if(items.begin(), items.end(),
                            [](const LayerItem& item) { return item.size < big_item; });
  bool all_fit = small == items.end() && items.size() <= count;
  auto most = static_cast<std::ptrdiff_t>(all_fit ? count : count - 1);
  auto end_of_own = std::min(small, items.begin() + std::min(most, std::ssize(items)));

  Layer shared(end_of_own, items.end());
  std::sort(shared.begin(), shared.end(), comes_before);
  items.erase(end_of_own, items.end());
  std::sort(items.begin(), items.end(), comes_before);
  for (LayerItem& item : items) layers.push_back({std::move(item)});
  if (!shared.empty()) layers.push_back(std::move(shared));
  return layers;
}

}  // namespace nacre
