// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "cli/shell/cache.hpp"
#include "cli/shell/profile_variables.hpp"

namespace nacre::cli {

/// How the variables `actual`, which an interactive shell prints, differ from those of the
/// environment: a sentence for each.
std::vector<std::string> compare_variables(const std::vector<ProfileValue>& expected,
                                           const std::string& profile, const Environment& actual);

/// The variables in what a shell printed by `env`: lines NAME=VALUE, ended as terminals end them.
Environment parse_variables(std::string_view text);

/// Starts the user's interactive shell in the environment and reports whether its start-up files
/// leave the variables alone. Enters the store's name space. Returns whether they do; Error if the
/// shell cannot be asked.
bool check_shell(Session& session, const ResolvedEnvironment& environment);

/// Recommends --check, once for this user.
void suggest_check(Session& session);

}  // namespace nacre::cli
