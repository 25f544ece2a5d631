// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "cli/session.hpp"

namespace nacre::cli {

/// Deletes the generations of all of this user's profiles, as root of everybody's, that match
/// `pattern` ("" for all), but never the current ones; prints what it deletes. A profile that
/// another process is changing is left out, with a warning.
void delete_generations_of_all(Session& session, const std::string& pattern);

}  // namespace nacre::cli
