// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "cli/shell/command.hpp"
#include "cli/shell/dependencies.hpp"

namespace nacre::cli {

/// A request for an environment, as the cache knows it.
struct EnvironmentRequest {
  std::string key;                 ///< a digest of all that was asked
  std::vector<Dependency> always;  ///< to observe in any case: the program, its modules, the user's
  timespec start{};                ///< before anything of it was read
};

/// Reads the files that can be read only once into `command`, and describes the request. Error if
/// one cannot be read.
EnvironmentRequest describe_request(Session& session, ShellCommand& command);

}  // namespace nacre::cli
