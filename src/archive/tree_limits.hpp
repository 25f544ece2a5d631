// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What every file tree keeps to that comes into the store or out of an archive, so that whatever
/// is in the store can be verified, exported and packed. Code that walks trees may rely on it, and
/// checks it where the tree may be a foreign one.
namespace nacre {

/// Directories within each other, the tree's root being the first. A walk has one open for each:
/// this keeps it away from the limits on open files and on its stack.
inline constexpr int most_nested_directories = 512;
/// Bytes of a path below the tree's root: with the item's own name in front, it is less than what
/// the kernel takes at once (4096).
inline constexpr std::size_t longest_path_in_tree = 3584;

/// Errors if a directory is below `depth` others, or if a path has `length` bytes below the root;
/// they name `path`.
void check_tree_depth(int depth, std::string_view path);
void check_path_length(std::size_t length, std::string_view path);

/// `path` for a message: of a long one, the middle is left out.
std::string shortened_path(std::string_view path);

}  // namespace nacre
