// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nacre {

/// Where a store physically lies. The directories below each are those of Guix (docs/formats.md):
/// STATE/db/db.sqlite, STATE/gcroots, STATE/temproots, STATE/profiles, LOG/drvs/xx/….
struct StoreLayout {
  std::string store = "/gnu/store";
  std::string state = "/var/guix";
  std::string log = "/var/log/guix";
  std::string configuration = "/etc/guix";  ///< keys, and who may sign what is imported

  /// The layout under a root directory: ROOT/gnu/store, ROOT/var/guix, ROOT/var/log/guix,
  /// ROOT/etc/guix.
  static StoreLayout under(const std::string& root);
};

}  // namespace nacre
