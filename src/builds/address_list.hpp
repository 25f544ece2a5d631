// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nacre {

/// The addresses that a download's `url` variable holds: one as it is, or a string or list of
/// strings as Scheme writes them. Error if it is none of these. Pure.
std::vector<std::string> parse_address_list(std::string_view text);

}  // namespace nacre
