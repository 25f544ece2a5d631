// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "archive/nar.hpp"

namespace nacre {

/// How to copy a tree that somebody else may be changing.
struct CopyOptions {
  PathFilter filter = {};                    ///< what it rejects is left out; gets source paths
  std::optional<uid_t> expected_owner = {};  ///< Error if something belongs to another user
  bool skip_special = false;                 ///< leave out sockets, pipes and devices: no Error
};

/// Copies the file, link or tree at `source` to `target`, which must not exist: contents, names and
/// whether a file is executable, nothing else. Nobody else may change `target`. All files of the
/// copy are new ones: a descriptor of a source file does not reach them. Every entry is opened
/// through the descriptor of its directory and no link below `source` is followed, whatever changes
/// there meanwhile.
void copy_tree(const std::string& source, const std::string& target,
               const CopyOptions& options = {});

/// The same for a regular file, following symbolic links; never executable.
void copy_contents(const std::string& source, const std::string& target);

}  // namespace nacre
