// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "build/builtin.hpp"

namespace nacre {

/// "builtin:profile": unites packages in one tree of symbolic links, with its `manifest` and
/// `etc/profile`. Its variables are in docs/contract.md.
void build_profile(const BuiltinContext& context);

/// Error unless the derivation's `builtin-version` is `known`, the one that this program's builder
/// has: what a builder writes is to depend on the derivation alone.
void check_builtin_version(const BuiltinContext& context, std::string_view known);

/// Registers the builder; called from main only.
void register_profile_builtins();

}  // namespace nacre
