// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/spawn.hpp"
#include "sandbox/workspace.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// Completes `plan` with the isolation: namespaces and a root directory that holds /gnu/store with
/// nothing but the workspace's inputs (read-only) and room for outputs, /proc, a minimal /dev, /tmp
/// and a few files under /etc. With `network`, the host's network and what is needed to look up
/// names. The builder is the workspace's user, or has this process's identity under another number.
void plan_sandbox(SpawnPlan& plan, const StoreLayout& layout, const Workspace& workspace,
                  bool network);

}  // namespace nacre
