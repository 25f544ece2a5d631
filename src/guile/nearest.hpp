// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::guile {

/// The candidate that `name` was most likely meant to be: fewest characters inserted, deleted,
/// replaced or swapped with their neighbour, at most one in three; the first of several in the
/// order of their bytes. Nothing when all are too far.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

}  // namespace nacre::guile
