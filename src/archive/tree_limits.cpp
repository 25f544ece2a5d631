// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tree_limits.hpp"

#include "base/error.hpp"

namespace nacre {

void check_tree_depth(int depth, std::string_view path) {
  if (depth < most_nested_directories) return;
  throw Error("'{}' is nested more than {} directories deep", shortened_path(path),
              most_nested_directories)
      .hint("this is the limit for what is in the store");
}

void check_path_length(std::size_t length, std::string_view path) {
  if (length <= longest_path_in_tree) return;
  throw Error("the path '{}' has {} bytes below the item, more than {}", shortened_path(path),
              length, longest_path_in_tree)
      .hint("this is the limit for what is in the store");
}

std::string shortened_path(std::string_view path) {
  constexpr std::size_t head = 160;
  constexpr std::size_t tail = 40;
  if (path.size() <= head + tail) return std::string(path);
  return fmt::format("{}[…]{}", path.substr(0, head), path.substr(path.size() - tail));
}

}  // namespace nacre
