// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace nacre {

/// Writes all of `text`. Nothing fails when it cannot be shown: the work matters more than its
/// display, and a terminal may be gone. For the reporters.
void write_to_terminal(int fd, std::string_view text) noexcept;

}  // namespace nacre
