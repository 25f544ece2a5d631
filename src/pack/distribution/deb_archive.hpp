// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "archive/tar.hpp"
#include "pack/new_file.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// A file of a Debian package that dpkg uses itself.
struct DebControlFile {
  std::string name;  ///< "control", "postinst"…
  std::string contents;
  unsigned mode = 0644;
};

/// A Debian package, deb(5): an ar archive of a version, a tar archive of what dpkg reads, and one
/// of the files.
struct DebPackage {
  std::vector<DebControlFile> control;
  std::uint64_t about = 0;                    ///< bytes of the files, about; for displays
  std::function<void(TarWriter&)> add_files;  ///< names are relative to the root directory
};

/// Writes it to `file`, the files compressed as the pack's options say. Error if dpkg does not know
/// the compression.
void write_deb(NewFile& file, const BuiltinContext& context, const PackInput& input,
               const DebPackage& package);

/// The scripts and triggers that the derivation's variables name.
std::vector<DebControlFile> read_deb_scripts(const BuiltinContext& context);

/// How dpkg counts installed sizes: in whole KiB.
std::uint64_t kibibytes(std::uint64_t bytes);

}  // namespace nacre
