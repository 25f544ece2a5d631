// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deduplicate.hpp"

#include "store/tree.hpp"

namespace nacre {

std::uint64_t deduplicate_tree(const StoreLayout& layout, const std::string& path) {
  LinkFarm links(layout);
  TreePass pass;
  pass.links = &links;
  walk_tree(path, pass);
  return links.bytes_saved();
}

}  // namespace nacre
