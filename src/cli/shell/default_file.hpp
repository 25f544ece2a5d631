// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace nacre::cli {

/// The file that describes the environment of a directory: the first `manifest.scm` or `guix.scm`
/// in `directory`, an absolute name, or one above it, as long as they belong to this user and are
/// on one file system. Nothing if there is none.
std::optional<std::string> find_default_file(const std::string& directory);

/// Where users list the directories whose files may be evaluated without being named, one a line:
/// $XDG_CONFIG_HOME/guix/shell-authorized-directories.
std::string authorized_directories_file();

/// Error, which says how to allow it, unless the directory of `file` is in that list.
void require_authorized(const std::string& file);

}  // namespace nacre::cli
