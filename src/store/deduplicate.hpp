// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "store/layout.hpp"

namespace nacre {

/// Replaces the regular files of the canonical tree at `path` by hard links to files of the same
/// contents under STORE/.links (named by nix-base32 of their NAR's SHA-256, as Guix does), and adds
/// those that are new. Returns the bytes saved. Safe beside other processes; a file whose link
/// count is exhausted is left alone.
std::uint64_t deduplicate_tree(const StoreLayout& layout, const std::string& path);

}  // namespace nacre
