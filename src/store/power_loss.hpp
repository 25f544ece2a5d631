// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "store/database.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// A row may be on the disk before its files are: syncing with each registration would cost more
/// than most builds. So the database has a point up to which the files are known to be on the disk,
/// and what was registered after it is checked when a store is opened in another boot of the
/// machine than that which noted the point. What is not as registered becomes invalid, with all
/// that refers to it, and goes out of .links. In the same boot, this costs two reads. Waits for a
/// collection under way if there is something to check.
void recover_from_power_loss(const StoreLayout& layout, Database& database);

/// What this process has found to be lost so, since the last call. Thread-safe.
StorePathSet take_lost_paths();

}  // namespace nacre
