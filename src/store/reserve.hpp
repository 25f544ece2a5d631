// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

/// STATE/db/reserved: room on the disk that nothing uses, so that a full disk can be cleaned up: to
/// delete rows, a collection needs some. The name is that of Guix's daemon.
namespace nacre {

/// Makes the reserve unless it is there. On a disk that has no room for it nothing happens.
void keep_reserve(const std::string& state_directory);
/// Gives its room back to the disk.
void release_reserve(const std::string& state_directory);

}  // namespace nacre
