// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/session.hpp"

namespace nacre::cli {

/// What `nacre pack` is to tell of a manifest instead of packing it: nothing unless a format is
/// named.
struct SbomOptions {
  std::string format;
  std::string file;  ///< standard output if empty
};

void add_sbom_options(CLI::App& command, SbomOptions& options);

/// Writes the bill of materials of `manifest`, for a machine of `system` or `target` if not empty.
/// Builds nothing. Errors: those of the language; a file that cannot be written is left as it was.
void write_sbom(Session& session, const SbomOptions& options, const guile::Value& manifest,
                const std::string& system, const std::string& target);

}  // namespace nacre::cli
