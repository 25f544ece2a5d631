// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "store/store_path.hpp"

namespace nacre {

/// The outputs that a `.drv` file's text begins with, which the database notes when the file is
/// registered; none if the text is no derivation. (derivation/ reads all of it.)
std::map<std::string, StorePath> outputs_in_derivation(std::string_view text);

}  // namespace nacre
