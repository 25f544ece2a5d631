// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pack/pack_input.hpp"

namespace nacre {

/// Error, which names the file, if a file of the closure or one of the links has a name that an
/// image's layer cannot hold: who unpacks layers takes '.wh.NAME' for the order to delete NAME.
/// Lists all directories of the closure, and reads no file.
void check_layer_names(const LocalStore& store, const PackInput& input);

}  // namespace nacre
