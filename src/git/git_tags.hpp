// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace nacre {

/// The names of the tags of the repository at `url`, sorted; nothing is fetched but the list of its
/// references. Error, naming the address, for whatever goes wrong. Main thread only.
std::vector<std::string> list_git_tags(const std::string& url);

}  // namespace nacre
