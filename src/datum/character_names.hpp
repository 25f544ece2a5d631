// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nacre {

/// The code point that NAME stands for in #\NAME, as Guile has it: one character, with or without
/// U+25CC behind it, octal digits, x and hexadecimal digits, or a name, in either case. Pure.
std::optional<std::uint32_t> character_of_name(std::string_view name);

}  // namespace nacre
