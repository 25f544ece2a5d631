// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "store/store.hpp"

namespace nacre {

/// The bytes of a database (STATE/db/db.sqlite) that registers exactly `items`, for a store that
/// is not here: one in a pack. Items come after those that they refer to; all that they refer to is
/// among them. The time of registration is the epoch, and no deriver is named, as none comes along.
/// The bytes depend on the items alone, as no SQLite writes them. Error if an item refers to
/// another that is not there.
std::string database_image(const std::vector<PathInfo>& items);

}  // namespace nacre
