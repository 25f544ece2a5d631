// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "archive/source_tree.hpp"
#include "base/hash.hpp"

namespace nacre {

/// The identifier that Git gives a tree of files, or a file: 'git hash-object' for a file, the tree
/// of a commit for a directory, but for empty directories, which Git leaves out. Git itself has
/// sha1 and sha256; any function works.
Hash hash_git(const SourceTree& tree, HashAlgorithm algorithm);
/// That of a file that holds `contents`.
Hash hash_git_blob(std::string_view contents, HashAlgorithm algorithm);

}  // namespace nacre
