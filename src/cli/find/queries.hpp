// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"

/// What 'nacre search', 'nacre show' and the queries of 'nacre package' print; each returns the
/// exit status. Neither the store nor the language is started, but if the index has to be made.
namespace nacre::cli {

/// Records of the packages that match all regular expressions (package -s).
int print_search(Session& session, const std::vector<std::string>& expressions);
/// Records of the packages that the specifications name (package --show).
int print_packages(Session& session, const std::vector<std::string>& specifications);
/// The table of available packages whose names match; all if `regexp` is empty (package -A).
int print_available(Session& session, const std::string& regexp);

}  // namespace nacre::cli
