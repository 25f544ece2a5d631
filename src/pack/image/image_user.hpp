// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "pack/pack_input.hpp"

namespace nacre {

/// Error if `user`, which parse_image_user() accepted, names a user or a group by a name that the
/// image's /etc/passwd or /etc/group does not have: nothing would start in it. Numbers are right
/// in any image. These files are in an image only if an entry or a link of
/// the root says so.
void check_image_user(const StoreFiles& files, const PackInput& input, const std::string& user);

}  // namespace nacre
