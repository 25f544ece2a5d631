// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profile/store_files.hpp"

namespace nacre {

struct UnionOptions {
  /// Where the union will be seen, for relative links: a store path.
  std::string destination;
  /// Makes links relative to where they are.
  bool relative_links = false;
  /// Directories (relative names) that are made in any case, so that files can be added to them.
  std::set<std::string> own_directories;
  /// Relative names that inputs do not get, because the caller writes them.
  std::set<std::string> reserved;
  std::function<void(std::string_view)> warn = [](std::string_view) {};
};

/// Makes at `physical` (which does not exist yet) a directory that shows the trees `inputs`
/// (names in the store) as one: directories that several inputs have are merged; all else is a
/// symbolic link, to the first input that has it. A warning tells of what is hidden that way unless
/// it is the same file. The result depends on the inputs and their order alone.
void make_union(const StoreFiles& files, const std::vector<std::string>& inputs,
                const std::string& physical, const UnionOptions& options);

}  // namespace nacre
