// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A picture of what takes how much room.
namespace nacre::cli {

struct SizedItem {
  std::string name;
  std::uint64_t bytes;
};

/// A treemap in SVG: a rectangle for each item, of a size in proportion. The same items give the
/// same text. Small ones share a rectangle.
std::string size_map_svg(std::vector<SizedItem> items);

/// A page for browsers that shows it, and a table of all items.
std::string size_map_page(const std::vector<SizedItem>& items);

/// Error unless `file` ends in .svg or .html.
void check_size_map_name(const std::string& file);

/// Writes what its name asks for.
void write_size_map(const std::string& file, const std::vector<SizedItem>& items);

}  // namespace nacre::cli
