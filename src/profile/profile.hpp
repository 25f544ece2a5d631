// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builtin.hpp"

namespace nacre {

/// "builtin:profile": unites packages in one tree of symbolic links, with its `manifest` and
/// `etc/profile`. Its variables are in docs/contract.md.
void build_profile(const BuiltinContext& context);

/// Registers the builder; called from main only.
void register_profile_builtins();

}  // namespace nacre
