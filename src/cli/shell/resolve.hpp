// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "cli/shell/cache.hpp"
#include "cli/shell/command.hpp"

namespace nacre::cli {

/// The environment that was asked for, from the cache or made now; in the latter case by a child of
/// this process, which so keeps neither Guile nor name spaces that it entered. If the child fails,
/// it has printed why: nothing is returned, and `status` is its exit status.
std::optional<ResolvedEnvironment> resolve(Session& session, ShellCommand& command, int& status);

/// Prints what would be built for it.
void plan_environment(Session& session, const ShellCommand& command);

/// Prints a manifest that stands for the command line.
void export_manifest(Session& session, const ShellCommand& command);

}  // namespace nacre::cli
