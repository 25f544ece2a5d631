// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "cli/shell/cache.hpp"
#include "cli/shell/command.hpp"
#include "cli/shell/profile_variables.hpp"
#include "sandbox/container.hpp"

namespace nacre::cli {

/// Who a container's user is.
struct ContainerUser {
  std::string name;
  std::string full_name;
  std::string home;
  Identity identity;
};

/// A container for an environment: how its root looks, and with what its command starts.
struct EnvironmentContainer {
  ContainerPlan plan;
  ContainerUser user;
  std::string profile;    ///< the profile, or the link to it, as variables have it
  std::string directory;  ///< where the command starts
  Environment variables;
};

/// Works it out. Error if an option's argument is malformed or names a file that does not exist.
EnvironmentContainer describe_container(Session& session, const ShellCommand& command,
                                        const ResolvedEnvironment& environment);

}  // namespace nacre::cli
