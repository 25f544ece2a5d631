// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "build/spawn.hpp"
#include "build/workspace.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// The identity of every builder, as it sees itself.
inline constexpr Identity build_user{30001, 30000};

/// The identity of this host that builders have, if we can give them one of their own: as root.
/// Otherwise they have ours, under another number.
std::optional<Identity> host_build_user();

/// Completes `plan` with the isolation: namespaces and a root directory that holds /gnu/store with
/// nothing but the workspace's inputs (read-only) and room for outputs, /proc, a minimal /dev, /tmp
/// and a few files under /etc. With `network`, the host's network and what is needed to look up
/// names.
void plan_sandbox(SpawnPlan& plan, const StoreLayout& layout, const Workspace& workspace,
                  bool network);

}  // namespace nacre
