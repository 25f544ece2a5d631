// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre::cli {

/// In a container, before its root is read-only: has the files of the profile where the file-system
/// hierarchy of other systems has them (/lib, /usr/include, /bin/PROGRAM, …), and makes
/// /etc/ld.so.cache if the profile has `ldconfig`. Error if that fails.
void emulate_hierarchy(const std::string& profile);

}  // namespace nacre::cli
