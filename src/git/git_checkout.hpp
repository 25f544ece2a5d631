// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace nacre {

/// What to take out of a Git repository, and where to put it.
struct GitCheckout {
  std::string url;
  std::string commit;        ///< its hash or the begin of it, a tag, or what 'git describe' prints
  std::string branch;        ///< without a commit, its last one; "" for the default branch
  bool recursive = false;    ///< with its submodules
  std::string repositories;  ///< a directory of the caller's where objects go; must exist
  std::string directory;     ///< where the files go; must not exist
};

/// Puts the files of a commit into a directory, without ".git" and untouched by this machine's Git
/// configuration. Returns the commit's hash. `progress` gets the objects fetched so far and in all.
/// Error, naming the address, for whatever goes wrong. Main thread only.
std::string check_out(const GitCheckout& checkout,
               const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace nacre
