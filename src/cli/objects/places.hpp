// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/local_store.hpp"

/// Where a command is to leave what it made. Builds take long: what cannot be is said before.
namespace nacre::cli {

/// Error unless `option`'s `file` can be written when all is done.
void check_place_for_file(std::string_view option, const std::string& file);

/// The same for the link that add_roots() makes.
void check_place_for_root(const std::string& link);

/// Makes `link` a garbage collector root for `paths`: LINK for the first, LINK-1… for the rest.
void add_roots(LocalStore& store, const std::string& link, const std::vector<StorePath>& paths);

}  // namespace nacre::cli
