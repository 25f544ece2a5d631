// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "archive/tar.hpp"
#include "builds/builtin.hpp"
#include "pack/squashfs/squashfs_writer.hpp"

namespace nacre {

/// /var/guix of a store that holds the closure of one profile and nothing else: its database, and
/// that profile as root's, which keeps it from the garbage collector. Names are relative.
struct LocalState {
  std::vector<std::string> directories;  ///< parents first, "var" among them; mode 0755
  std::string database_name;
  std::string database;                                    ///< bytes
  std::vector<std::pair<std::string, std::string>> links;  ///< name and contents, sorted
};

/// That of a closure from the context's store, if the derivation asks for it. Error if it calls
/// root's profile by none of the names that Guix has.
std::optional<LocalState> read_local_state(const BuiltinContext& context, const StorePath& profile,
                                           const StorePathSet& closure);

/// Adds it to an archive, but not the directory /var itself, whose owner and mode an archive that
/// is unpacked at the root of a system must leave as they are, unless `with_var`.
void add_local_state(TarWriter& tar, const LocalState& state, bool with_var);
/// The same for a file system; directories may be there already.
void add_local_state(SquashfsWriter& image, const LocalState& state);

}  // namespace nacre
