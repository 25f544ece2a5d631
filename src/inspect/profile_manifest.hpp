// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "inspect/inspect.hpp"

namespace nacre {

/// The packages that the `manifest` file of a profile tells, in its order, each followed by what it
/// propagates. The text is foreign: Error if it is no manifest.
std::vector<ProfilePackage> parse_profile_manifest(std::string_view text);

}  // namespace nacre
