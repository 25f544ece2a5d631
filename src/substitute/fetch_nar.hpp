// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.hpp"
#include "builds/substituter.hpp"
#include "substitute/narinfo.hpp"

namespace nacre {

/// The archives that we can read, those that are unpacked fastest first.
std::vector<Narinfo::Archive> preferred_archives(const Narinfo& info);

struct NarFetch {
  /// Whether the promised size can be relied on, so that more is too much.
  bool is_authentic;
  Reporter& reporter;
  Activity& activity;
  Existing existing;
};

/// Downloads the archive at `address` right into the store: unpacked, hashed and written as it
/// comes in. Error if it is not the one that `info` promises; nothing is registered then.
void fetch_nar(Store& store, const Narinfo& info, const std::string& address,
               const std::string& compression, const NarFetch& fetch);

}  // namespace nacre
