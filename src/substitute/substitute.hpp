// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/substituter.hpp"

namespace nacre {

/// Substitutes from servers as Guix and Nix know them. A description is believed if one of the keys
/// in the store's access list has signed it, or if it promises the same archive as one that is.
/// With $GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES=yes every description is; that is for tests.
SubstituteMap find_server_substitutes(const LocalStore& store, const StorePathSet& paths,
                                      const std::vector<std::string>& urls, Reporter& reporter);

/// Has builds use these. Called from main only.
void register_server_substituter();

}  // namespace nacre
