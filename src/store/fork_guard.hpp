// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nacre {

class Database;

/// Holds the locks of every open database while this process forks, so that a child finds no
/// mutex taken and no statement under way. Thread-safe.
struct ForkGuard {
  static void add(Database* database);
  static void remove(Database* database);
};

}  // namespace nacre
