// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/shell/container_plan.hpp"

/// The parts of a container's root that do not depend on what the user shares.
namespace nacre::cli {

/// /bin/sh, /etc/passwd and /etc/group, /tmp, and the home directory, which is empty.
void add_system_files(ContainerPlan& plan, const ContainerUser& user, const std::string& shell);

/// The files of the host by which names of other machines are looked up.
void add_network_files(ContainerPlan& plan);

}  // namespace nacre::cli
