// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layers.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <iterator>
#include <map>
#include <numeric>

namespace nacre {
namespace {

/// Below that, a layer's own costs (a mount, a request to a registry) outweigh what sharing it
/// saves.
constexpr std::uint64_t big_item = 1024 * 1024;
/// What a change of one small item may cost: so much is compressed and pushed again.
constexpr std::uint64_t group_size = 4 * big_item;
/// Of the layers, those that big items leave to groups at least: a quarter.
constexpr std::size_t groups_share = 4;

// Where an item belongs: 64 bits, the first ones of which tell its height, the others its name. A
// group is the items whose places have so many first bits in common; it is divided by the next one.

constexpr unsigned place_bits = 64;
constexpr unsigned band_bits = 3;

std::uint64_t place_of(const LayerItem& item) {
  // 0, 1, 2 to 3, 4 to 7…: the higher, the more of a graph's items differ by one or two.
  const auto band =
      static_cast<std::uint64_t>(std::min<std::size_t>(std::bit_width(item.height), 7));
  std::uint64_t name = 0;
  for (unsigned char byte : hash_bytes(HashAlgorithm::sha256, item.path.name()).bytes.substr(0, 8))
    name = name << 8 | byte;
  return band << (place_bits - band_bits) | name >> band_bits;
}

struct PlacedItem {
  std::uint64_t place;
  LayerItem item;
};
using Group = std::vector<PlacedItem>;

bool is_to_be_divided(const Group& group, unsigned bit) {
  if (bit < band_bits) return true;
  auto add = [](std::uint64_t sum, const PlacedItem& placed) { return sum + placed.item.size; };
  return group.size() > 1 &&
         std::accumulate(group.begin(), group.end(), std::uint64_t{0}, add) > group_size;
}

/// Takes those whose places have the bit `mask`.
Group take_those_with(std::uint64_t mask, Group& group) {
  auto middle = std::stable_partition(group.begin(), group.end(), [&](const PlacedItem& placed) {
    return (placed.place & mask) == 0;
  });
  Group taken(std::make_move_iterator(middle), std::make_move_iterator(group.end()));
  group.erase(middle, group.end());
  return taken;
}

/// Divides one group of items into `count` at most. A division that is not needed for want of items
/// on one side counts for nothing; the ones between heights come first.
std::vector<Group> divide(Group items, std::size_t count) {
  std::vector<Group> groups{std::move(items)};
  for (unsigned bit = 0; bit < place_bits; ++bit) {
    const std::uint64_t mask = std::uint64_t{1} << (place_bits - 1 - bit);
    std::vector<Group> divided;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      Group& group = groups[i];
      const bool has_room = divided.size() + groups.size() - i < count;
      Group second;
      if (has_room && is_to_be_divided(group, bit)) second = take_those_with(mask, group);
      if (!group.empty()) divided.push_back(std::move(group));
      if (!second.empty()) divided.push_back(std::move(second));
    }
    groups = std::move(divided);
  }
  return groups;
}

void sort_by_path(Layer& layer) {
  std::sort(layer.begin(), layer.end(),
            [](const LayerItem& one, const LayerItem& other) { return one.path < other.path; });
}

std::vector<Layer> group_items(std::vector<LayerItem> items, std::size_t count) {
  Group placed;
  for (LayerItem& item : items) {
    const std::uint64_t place = place_of(item);
    placed.push_back({place, std::move(item)});
  }
  std::vector<Layer> layers;
  for (Group& group : divide(std::move(placed), count)) {
    Layer& layer = layers.emplace_back();
    for (PlacedItem& member : group) layer.push_back(std::move(member.item));
    sort_by_path(layer);
  }
  return layers;
}

bool is_bigger(const LayerItem& one, const LayerItem& other) {
  if (one.size != other.size) return one.size > other.size;
  // a change of the hash alone decides nothing
  return std::pair(one.path.name(), one.path.text()) <
         std::pair(other.path.name(), other.path.text());
}

/// Takes the profile, and of those that nothing but the profile needs the smallest ones.
Layer take_last_layer(std::vector<LayerItem>& items, const StorePath& profile) {
  std::sort(items.begin(), items.end(), is_bigger);
  Layer last, others;
  std::uint64_t size = 0;
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    const bool is_profile = item->path == profile;
    const bool joins =
        item->popularity <= 1 && item->size < big_item && size + item->size <= group_size;
    if (joins && !is_profile) size += item->size;
    (joins || is_profile ? last : others).push_back(std::move(*item));
  }
  items = std::move(others);
  sort_by_path(last);
  return last;
}

/// A layer is as popular as what is the least so in it: that changes first.
std::size_t popularity(const Layer& layer) {
  std::size_t least = layer.front().popularity;
  for (const LayerItem& item : layer) least = std::min(least, item.popularity);
  return least;
}

std::uint64_t total_size(const Layer& layer) {
  auto add = [](std::uint64_t sum, const LayerItem& item) { return sum + item.size; };
  return std::accumulate(layer.begin(), layer.end(), std::uint64_t{0}, add);
}

bool comes_before(const Layer& one, const Layer& other) {
  if (popularity(one) != popularity(other)) return popularity(one) > popularity(other);
  if (total_size(one) != total_size(other)) return total_size(one) > total_size(other);
  return one.front().path < other.front().path;
}

/// The set of those that an item needs, as bits.
using Needs = std::vector<std::uint64_t>;

}  // namespace

std::vector<LayerItem> layer_items(const Store& store, const StorePathSet& closure) {
  std::vector<LayerItem> items;
  std::map<StorePath, std::size_t> numbers;
  std::vector<Needs> needs;
  for (const StorePath& path : store.topologically_sorted(closure)) {  // after what it refers to
    const PathInfo info = store.path_info(path);
    LayerItem item{path, info.nar_size, 0, 0, info.nar_hash};
    Needs needed((closure.size() + 63) / 64);
    for (const StorePath& reference : info.references) {
      if (reference == path) continue;
      const std::size_t number = numbers.at(reference);
      item.height = std::max(item.height, items[number].height + 1);
      needed[number / 64] |= std::uint64_t{1} << number % 64;
      for (std::size_t i = 0; i < needed.size(); ++i) needed[i] |= needs[number][i];
    }
    numbers.emplace(path, items.size());
    items.push_back(std::move(item));
    needs.push_back(std::move(needed));
  }
  for (const Needs& needed : needs)
    for (std::size_t i = 0; i < items.size(); ++i)
      items[i].popularity += needed[i / 64] >> i % 64 & 1;
  return items;
}

std::vector<Layer> plan_layers(std::vector<LayerItem> items, std::size_t count) {
  assert(count >= 1);
  std::vector<Layer> layers;
  if (items.empty()) return layers;
  std::sort(items.begin(), items.end(), is_bigger);
  auto small = std::find_if(items.begin(), items.end(),
                            [](const LayerItem& item) { return item.size < big_item; });
  const auto most =
      static_cast<std::ptrdiff_t>(count - std::max<std::size_t>(1, count / groups_share));
  auto end_of_own = items.begin() + std::min(small - items.begin(), most);

  std::vector<LayerItem> others(std::make_move_iterator(end_of_own),
                                std::make_move_iterator(items.end()));
  items.erase(end_of_own, items.end());
  for (LayerItem& item : items) layers.push_back({std::move(item)});
  if (!others.empty())
    for (Layer& layer : group_items(std::move(others), count - layers.size()))
      layers.push_back(std::move(layer));
  std::sort(layers.begin(), layers.end(), comes_before);
  return layers;
}

std::vector<Layer> plan_image_layers(std::vector<LayerItem> items, const StorePath& profile,
                                     std::size_t count) {
  assert(count >= 1);
  if (count == 1) {
    sort_by_path(items);
    return {std::move(items)};
  }
  Layer last = take_last_layer(items, profile);
  std::vector<Layer> layers = plan_layers(std::move(items), count - 1);
  layers.push_back(std::move(last));
  return layers;
}

}  // namespace nacre
