// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/canonicalize.hpp"

namespace nacre {

void canonicalize_tree(const std::string& path, std::optional<uid_t> expected_owner,
                       SeenFiles* seen) {
  TreePass pass;
  pass.canonicalize = true;
  pass.expected_owner = expected_owner;
  pass.seen = seen;
  walk_tree(path, pass);
}

}  // namespace nacre
