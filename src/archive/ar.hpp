// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/sink.hpp"

namespace nacre {

/// What an `ar` archive, as Debian packages are (deb(5)), begins with.
inline constexpr std::string_view ar_magic = "!<arch>\n";
inline constexpr std::size_t ar_header_size = 60;

/// The header of a member: owner 0:0, mode 0644, a fixed time. Error if the name is longer than the
/// 16 characters, or the size than the 10 digits, that there is room for.
std::string ar_header(std::string_view name, std::uint64_t size);

/// The byte that is to follow a member of odd size.
std::string_view ar_padding(std::uint64_t size);

/// Writes a whole member.
void write_ar_member(Sink& sink, std::string_view name, std::string_view contents);

}  // namespace nacre
