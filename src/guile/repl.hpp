// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre::guile {

/// Runs a program in a fresh user module ("-" is standard input); its exit status. What it does
/// not catch comes out as an Error. Setup::arguments are what it sees in (command-line).
int run_script(const std::string& file);

/// Talks with the user: with line editing and a history on a terminal, after loading ~/.guile if
/// `user_init`; otherwise evaluates what standard input holds. Returns the exit status.
int run_repl(bool user_init);

}  // namespace nacre::guile
