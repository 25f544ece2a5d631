// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "index/package_index.hpp"

/// The index of the packages that commands find.
namespace nacre::cli {

/// The index that was made with the program, if only its own channel is searched and no file of
/// that has changed since; else one that the language makes and that is kept in the user's cache
/// under a hash of the contents of all files that it comes from.
PackageIndex channel_index(Session& session);

/// Where the files of locations are: -L, GUIX_PACKAGE_PATH, the channel; absolute.
std::vector<std::string> package_directories(const Session& session);

/// The packages that SPECIFICATION, NAME or NAME@VERSION, is for, the newest first. Error, with the
/// name that comes nearest, if there is none; hidden ones are found only if `with_hidden`.
std::vector<const IndexedPackage*> find_packages(const PackageIndex& index,
                                                 const std::string& specification,
                                                 bool with_hidden = false);

/// The table of 'nacre package --list-available': packages whose names match the regular expression
/// REGEXP, all if it is empty, that can be built on this system and are not deprecated.
std::string available_packages(const PackageIndex& index, const std::string& regexp);

}  // namespace nacre::cli
