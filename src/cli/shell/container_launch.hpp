// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/shell/cache.hpp"
#include "cli/shell/command.hpp"

namespace nacre::cli {

/// Runs the command, or the container's shell, in a container with the environment. Returns its
/// exit status.
int launch_container(Session& session, const ShellCommand& command,
                     const ResolvedEnvironment& environment);

}  // namespace nacre::cli
