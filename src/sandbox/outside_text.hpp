// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nacre {

/// `message` with the names of files of the store's state as the user's shell has them (see
/// outside_path). A store item goes by its name (/gnu/store/…) everywhere, and stays. Pure.
std::string outside_text(std::string_view message);

}  // namespace nacre
