// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>
#include <string>
#include <string_view>

/// The state of files, as texts that are equal as long as nothing has changed that a reader could
/// see. `newest`, if not null, becomes the time of the last change that was seen on the way, if
/// that is later. Thread-safe.
namespace nacre::cli {

inline constexpr std::string_view no_state = "-";  ///< what is missing, or cannot be read

/// A digest of the contents.
std::string contents_state(const std::string& file);
/// The file's device, inode, mode, size and times; links are followed.
std::string file_stamp(const std::string& file, timespec* newest);
/// What `stat` says: of a directory, that it is one.
std::string status_state(const std::string& file);
/// Where a symbolic link leads; of other files, as status_state.
std::string link_state(const std::string& file);
/// A digest of the names in a directory.
std::string names_state(const std::string& directory, timespec* newest);
/// A digest of all names below, and of the stamps of all files. Error if there are too many.
std::string tree_state(const std::string& file, timespec* newest);
/// The same of the files that end in ".scm" or ".go", in directories to which links may lead;
/// hidden directories are left out.
std::string modules_state(const std::string& directory, timespec* newest);

}  // namespace nacre::cli
