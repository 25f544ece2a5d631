// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nacre {

/// What an error calls an open file: its quoted name, 'standard output', 'a pipe'. Leaves errno
/// alone.
std::string describe_fd(int fd);

/// Throws SystemError with the present errno: "DOING FILE: …".
[[noreturn]] void throw_fd_error(std::string_view doing, int fd);

}  // namespace nacre
