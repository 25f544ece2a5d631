// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "inspect/inspect.hpp"

namespace nacre::cli {

/// The text, which others wrote, with what could be a terminal's control sequence as \xNN.
std::string harmless(std::string_view text);

/// For people. What could be a terminal's control sequence is shown as \xNN.
std::string inspection_text(const Inspection& inspection);
/// For programs; bytes that are no UTF-8 are replaced.
std::string inspection_json(const Inspection& inspection);

}  // namespace nacre::cli
