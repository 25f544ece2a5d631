// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "archive/nar.hpp"

namespace nacre {

/// Copies the file, link or tree at `source` to `target`, which must not exist: contents, names and
/// whether a file is executable, nothing else. Leaves out what `filter` rejects.
void copy_tree(const std::string& source, const std::string& target, const PathFilter& filter = {});

/// The same for a regular file, following symbolic links; never executable.
void copy_contents(const std::string& source, const std::string& target);

}  // namespace nacre
