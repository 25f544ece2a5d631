// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nacre {

/// The shortest candidate of which `name` is one or several parts, with hyphens between them:
/// python-numpy for numpy. Otherwise the candidate that takes fewest characters inserted, deleted,
/// replaced or swapped with their neighbour to make of `name`, at most `limit`; the first of
/// several in the order of their bytes. Nothing when all are too far.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates,
                                        std::size_t limit);

/// As many as a slip of the fingers makes in `name`: one in three.
std::size_t likely_edits(std::string_view name);

}  // namespace nacre
