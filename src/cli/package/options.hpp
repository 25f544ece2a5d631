// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "cli/package/command.hpp"

namespace nacre::cli {

/// The options of `nacre package`. Once the command line was parsed, finish_options() has to be
/// called: some options are about what follows them, and their order counts.
void add_profile_options(CLI::App& app, PackageCommand& command);
void add_query_options(CLI::App& app, PackageCommand& command);
void add_generation_options(CLI::App& app, PackageCommand& command);
void add_change_options(CLI::App& app, PackageCommand& command);
/// --do-not-upgrade.
void add_kept_option(CLI::App& app, PackageCommand& command);
/// -n, --allow-collisions, --bootstrap and the options of all that build.
void add_transaction_options(CLI::App& app, Session& session, PackageCommand& command);

void finish_options(const CLI::App& app, PackageCommand& command);

}  // namespace nacre::cli
