// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/session.hpp"

namespace nacre::cli {

/// What to do once the whole command line was read; returns the exit status. Parsing only sets it.
using Action = std::function<int()>;

/// Each adds one command to the program, in the file of its name.
void add_archive_command(CLI::App& program, Session& session, Action& action);
void add_build_command(CLI::App& program, Session& session, Action& action);
void add_edit_command(CLI::App& program, Session& session, Action& action);
void add_gc_command(CLI::App& program, Session& session, Action& action);
void add_graph_command(CLI::App& program, Session& session, Action& action);
void add_hash_command(CLI::App& program, Session& session, Action& action);
void add_inspect_command(CLI::App& program, Session& session, Action& action);
void add_install_command(CLI::App& program, Session& session, Action& action);
void add_lint_command(CLI::App& program, Session& session, Action& action);
void add_locate_command(CLI::App& program, Session& session, Action& action);
void add_pack_command(CLI::App& program, Session& session, Action& action);
void add_package_command(CLI::App& program, Session& session, Action& action);
void add_remove_command(CLI::App& program, Session& session, Action& action);
void add_repl_command(CLI::App& program, Session& session, Action& action);
void add_search_command(CLI::App& program, Session& session, Action& action);
void add_shell_command(CLI::App& program, Session& session, Action& action);
void add_show_command(CLI::App& program, Session& session, Action& action);
void add_size_command(CLI::App& program, Session& session, Action& action);
void add_upgrade_command(CLI::App& program, Session& session, Action& action);

}  // namespace nacre::cli
