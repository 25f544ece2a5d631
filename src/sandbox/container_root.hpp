// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/container.hpp"

namespace nacre {

/// Makes the root that `plan` describes, and changes to it. In a process with user, mount, process
/// and IPC name spaces of its own, and a network one unless the plan has the host's. Error, which
/// names the step that failed.
void enter_container_root(const ContainerPlan& plan);

}  // namespace nacre
