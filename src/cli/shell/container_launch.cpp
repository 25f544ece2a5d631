// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/container_launch.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "cli/render.hpp"
#include "cli/shell/container_plan.hpp"
#include "cli/shell/launch.hpp"
#include "sandbox/shared_container.hpp"

namespace nacre::cli {

namespace {

/// In the container.
int run_command(const std::vector<std::string>& command, const EnvironmentContainer& container) {
  if (chdir(container.directory.c_str()) < 0) {
    print_error(SystemError(errno, fmt::format("the working directory '{}'", container.directory)));
    return 1;
  }
  return execute(command, container.variables, container.profile);
}

/// One that this user's processes on this machine have in common.
std::string namespaces_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/' && access(runtime, W_OK) == 0)
    return fmt::format("{}/nacre-namespaces", runtime);
  return fmt::format("/tmp/nacre-namespaces-{}", geteuid());
}

}  // namespace

int launch_container(Session& session, const ShellCommand& command,
                     const ResolvedEnvironment& environment) {
  const EnvironmentContainer container = describe_container(session, command, environment);
  const bool is_interactive = !session.trailing_command || session.trailing_command->empty();
  const std::vector<std::string> shell{"/bin/sh"};
  const std::vector<std::string>& line = is_interactive ? shell : *session.trailing_command;
  session.end();
  const auto run = [&] { return run_command(line, container); };
  const std::string& shared = command.container.shared_namespace;
  return shared.empty()
             ? run_container(container.plan, run)
             : run_in_shared_container(container.plan, shared, namespaces_directory(), run);
}

}  // namespace nacre::cli
