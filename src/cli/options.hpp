// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace nacre::cli {

/// The options that say how to build (-M, -c, -k, -K, --substitute-urls, …).
void add_build_options(CLI::App& command, Session& session);
/// --check.
void add_check_option(CLI::App& command, Session& session);
/// --substitute-urls and what belongs to it.
void add_substitute_options(CLI::App& command, BuildOptions& options);
/// -L, -v, --debug.
void add_common_options(CLI::App& command, Session& session);
/// -v and --debug alone, for commands that load no package modules.
void add_display_options(CLI::App& command, Session& session);

/// The examples that end a command's help.
void add_examples(CLI::App& command, const std::string& examples);

/// A Scheme list of strings.
guile::Value to_scheme_list(const std::vector<std::string>& strings);
/// The string, or #f when it is empty.
guile::Value or_false(const std::string& text);

}  // namespace nacre::cli
