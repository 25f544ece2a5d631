// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nacre::registry {

/// How a server wants its clients to identify themselves: one challenge of a WWW-Authenticate
/// header.
struct Challenge {
  std::string scheme;                             ///< "basic", "bearer"; lower case
  std::map<std::string, std::string> parameters;  ///< "realm"…; names in lower case

  std::string parameter(const std::string& name) const;  ///< empty if there is none
};

/// Reads the value of a WWW-Authenticate header, which may hold several challenges. What follows
/// something that is malformed is left out; nothing throws.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace nacre::registry
