// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/owner.hpp"
#include "builds/builtin.hpp"

namespace nacre {

struct PackSymlink;

/// A regular file or a directory of one's own in the root of an image.
struct RootEntry {
  std::string name;  ///< in an archive: relative, without "." and ".."
  unsigned mode = 0;
  Owner owner;
  std::string contents;  ///< the physical name of the file that has them; "" for a directory
  bool is_directory() const { return contents.empty(); }
};

/// Reads the lines of the variable "root-entries", which docs/contract.md describes; sorted, so
/// that parents come first. Error, quoting the line, for a malformed one, for what is there twice
/// or below something that is not a directory, for what would be in the store, and for contents
/// that are not a file of the profile or an input.
std::vector<RootEntry> read_root_entries(const BuiltinContext& context, const StorePath& profile,
                                         const std::vector<PackSymlink>& symlinks);

/// The entry of this name; null if there is none.
const RootEntry* find_entry(const std::vector<RootEntry>& entries, std::string_view name);

}  // namespace nacre
