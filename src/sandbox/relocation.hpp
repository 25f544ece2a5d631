// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "store/layout.hpp"

namespace nacre {

/// Which store this process uses, and how it sees it.
struct StoreLocation {
  /// The directory that holds gnu/store, var/guix, var/log/guix; "" when it is the host's own.
  std::string root;
  bool is_relocated() const { return !root.empty(); }
  /// Where a store path lies for somebody outside of this process's namespace.
  std::string outside(const std::string& store_path) const { return root + store_path; }
};

/// Decides: `root` (--root), else $NACRE_ROOT, else the host's store if this user can write to it
/// (or, being root, can create it), else $XDG_DATA_HOME/nacre.
StoreLocation choose_store(const std::optional<std::string>& root);

/// If `location` is relocated and not visible at /gnu/store yet: enters a new user and mount
/// namespace (as root: a mount namespace alone) in which ROOT/gnu/store, ROOT/var/guix and
/// ROOT/var/log/guix appear at /gnu/store, /var/guix and /var/log/guix and the rest of the file
/// system is as before. The process goes on in place (no exec); must be called while it has one
/// thread. Error, naming the setting that forbids it and what to do, where the kernel does not
/// allow that.
void enter_store(const StoreLocation& location);

/// Where a file under /gnu/store, /var/guix or /var/log/guix of this process lies for the user,
/// whose shell is outside of the namespace that enter_store made; other paths are returned as they
/// are.
std::string outside_path(const std::string& path);

}  // namespace nacre
