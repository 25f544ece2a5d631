// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace nacre {

/// The Error for a step of making namespaces that the kernel refused with `code`: it names the
/// setting of this machine that forbids them, if one does, and says what to do. `step` says what
/// was tried.
Error namespace_error(int code, std::string_view step, std::string_view way_out);

/// What to do where builds cannot be isolated.
inline constexpr std::string_view no_isolation_hint =
    "'--disable-chroot' builds without isolation, on your own risk";

}  // namespace nacre
