// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/shell/cache.hpp"
#include "cli/shell/command.hpp"
#include "cli/shell/profile_variables.hpp"

namespace nacre::cli {

/// The interactive shell of this user: $SHELL, or /bin/sh.
std::string user_shell();

/// Enters the store's name space and becomes the command, or the interactive shell, with the
/// variables of the environment: what the terminal, signals and exit status do is its own matter.
/// Returns an exit status, 127 or 126, only if it cannot be run; the reason was printed.
int launch(Session& session, const ShellCommand& command, const ResolvedEnvironment& environment);

/// The variables that a program of the environment gets, without a container.
Environment launch_variables(const ShellCommand& command, const ResolvedEnvironment& environment,
                             const std::vector<ProfileValue>& values);

/// Becomes `command` with these variables. Returns like launch(); `directory` is where the profile
/// lies, for a hint.
int execute(const std::vector<std::string>& command, const Environment& variables,
            const std::string& directory);

}  // namespace nacre::cli
