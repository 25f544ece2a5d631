// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre {

/// In what two files differ: the first byte; and if both are archives, or images of file systems,
/// the first of their files that differs, looking into archives within them ("layer.tar:
/// gnu/store/…/x (contents, from byte 17 on)"). "" if the bytes are the same.
std::string file_difference(const std::string& left, const std::string& right);

}  // namespace nacre
