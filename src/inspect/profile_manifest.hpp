// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "inspect/inspect.hpp"

namespace nacre {

/// What the `manifest` file of a profile tells: the packages in its order, each followed by what it
/// propagates, and the channels that they come from. The text is foreign: Error if it is no
/// manifest.
InspectedProfile parse_profile_manifest(std::string_view text);

}  // namespace nacre
