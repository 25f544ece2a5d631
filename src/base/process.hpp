// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nacre {

/// A program to run: argv[0] is looked up in PATH unless it holds a slash.
struct Command {
  std::vector<std::string> argv;
  std::optional<std::map<std::string, std::string>> environment;  ///< inherited if not given
  std::string directory;                                          ///< inherited if empty
  std::string input{};                                            ///< what it reads
};

struct CommandResult {
  int status = 0;  ///< exit status, or 128 + signal
  std::string output;
  std::string error;
};

/// Runs a command to its end, collecting both outputs. Error if it cannot be started; ends it when
/// the user interrupts.
CommandResult run_command(const Command& command);

/// Runs a command with the terminal of this process, and its standard files; if `input` is not
/// empty, it is what the command reads. Waits for its end and returns its status, as in
/// CommandResult. Ctrl-C is for the command alone. Error if it cannot be started.
int run_in_foreground(const Command& command);

/// The full path of a program in PATH, nothing if there is none.
std::optional<std::string> find_program(const std::string& name);

/// "exited with status 2", "was killed by signal 9 (Killed)".
std::string describe_wait_status(int wait_status);

}  // namespace nacre
