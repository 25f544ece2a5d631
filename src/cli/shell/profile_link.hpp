// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "sandbox/relocation.hpp"

namespace nacre::cli {

/// The store path of the profile that `name` is, or leads to by links, each of which may name a
/// file of the store as a process that entered it would. Error if it leads to something else.
std::string resolve_profile_link(const StoreLocation& location, const std::string& name);

}  // namespace nacre::cli
