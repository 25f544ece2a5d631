// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/launch.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/nearest.hpp"
#include "cli/render.hpp"

namespace nacre::cli {

namespace {

constexpr int not_found = 127;
constexpr int not_executable = 126;

/// The profile's program whose name is likely to be meant.
std::optional<std::string> nearest_program(const std::string& program,
                                           const std::string& directory) {
  try {
    return nearest_name(program, list_directory(directory + "/bin"), likely_edits(program) + 1);
  } catch (const SystemError&) {
    return std::nullopt;
  }
}

/// One of the directories in PATH that may not be searched makes execvp report EACCES for a program
/// that none of the others has.
bool is_missing(const std::string& program, int code, const Environment& variables) {
  if (code != EACCES || program.find('/') != std::string::npos) return code == ENOENT;
  const auto path = variables.find("PATH");
  std::string_view rest;
  if (path != variables.end()) rest = path->second;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find(':'), rest.size());
    if (access(fmt::format("{}/{}", rest.substr(0, size), program).c_str(), F_OK) == 0)
      return false;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return true;
}

int report_missing(const std::string& program, int code, bool is_missing,
                   const std::string& directory) {
  if (!is_missing) {
    print_error(Error("'{}' cannot be run: {}", program, std::strerror(code)));
    return not_executable;
  }
  const Error error("{}: command not found", program);
  std::optional<std::string> nearest;
  if (program.find('/') == std::string::npos) nearest = nearest_program(program, directory);
  if (nearest && *nearest != program)
    print_error(Error(error).hint(fmt::format("did you mean '{}'?", *nearest)));
  else
    print_error(error);
  return not_found;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

std::string user_shell() {
  const char* shell = std::getenv("SHELL");
  return shell != nullptr && *shell != '\0' ? shell : "/bin/sh";
}

Environment launch_variables(const ShellCommand& command, const ResolvedEnvironment& environment,
                             const std::vector<ProfileValue>& values) {
  Environment variables = current_environment();
  if (command.pure) purify(variables, PreservedVariables(command.preserve));
  apply_profile(variables, values, !command.pure);
  variables[std::string(environment_variable)] = environment.profile;
  return variables;
}

int execute(const std::vector<std::string>& command, const Environment& variables,
            const std::string& directory) {
  std::vector<std::string> assignments;
  for (const auto& [name, value] : variables) assignments.push_back(name + "=" + value);
  std::vector<char*> environment = pointers(assignments);
  const std::vector<char*> arguments = pointers(command);
  environ = environment.data();  // where execvp takes PATH from
  execvp(arguments[0], arguments.data());
  const int code = errno;
  return report_missing(command.front(), code, is_missing(command.front(), code, variables),
                        directory);
}

int launch(Session& session, const ShellCommand& command, const ResolvedEnvironment& environment) {
  const std::string directory = session.location().outside(environment.profile);
  const Environment variables = launch_variables(
      command, environment, read_profile_variables(directory, environment.profile));
  enter_store(session.location());
  session.end();
  const std::vector<std::string> shell{user_shell()};
  const bool is_interactive = !session.trailing_command || session.trailing_command->empty();
  return execute(is_interactive ? shell : *session.trailing_command, variables,
                 environment.profile);
}

}  // namespace nacre::cli
