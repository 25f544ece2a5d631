// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "store/database.hpp"

namespace nacre {

/// Rows to enter, as many as asked for, of items that have no files.
inline std::vector<Registration> many_rows(int count) {
  const Hash hash = hash_bytes(HashAlgorithm::sha256, "x");
  std::vector<Registration> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back({PathInfo(make_text_path(fmt::format("row-{}", i), hash, {})), {}});
    rows.back().info.nar_hash = hash;
  }
  return rows;
}

}  // namespace nacre
