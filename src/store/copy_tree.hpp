// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "archive/source_tree.hpp"

namespace nacre {

/// Copies a tree to `target`, which must not exist and nobody else may change: contents, names and
/// whether a file is executable, nothing else. All files of the copy are new ones: a descriptor of
/// a source file does not reach them.
void copy_tree(const SourceTree& source, const std::string& target);

}  // namespace nacre
