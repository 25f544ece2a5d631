// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builtin.hpp"
#include "pack/squashfs/squashfs_writer.hpp"

namespace nacre {

/// Adds store items to a file system under their own names, and reports progress.
void add_closure(SquashfsWriter& image, const BuiltinContext& context, const StorePathSet& closure);

}  // namespace nacre
