// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "store/tree.hpp"

namespace nacre {

/// Makes the tree at `path` canonical: files 0444 or 0555, directories 0555, time 1, owned by this
/// process's user, no extended attributes or access-control lists, no set-uid bits. Anything but
/// files, directories and symbolic links is an Error, and so, if `expected_owner` is given, is a
/// file of another owner (a builder must not have linked to somebody else's file) that is not in
/// `seen`. Never follows links.
void canonicalize_tree(const std::string& path, std::optional<uid_t> expected_owner = {},
                       SeenFiles* seen = nullptr);

}  // namespace nacre
