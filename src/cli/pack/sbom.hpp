// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/objects/objects.hpp"
#include "registry/artefact.hpp"

namespace nacre::cli {

/// What `nacre pack` is to tell of a manifest: nothing unless a format is named. It does so instead
/// of packing it, unless that goes into a registry: then the bill of materials does, too.
struct SbomOptions {
  std::string format;
  std::string file;  ///< standard output if empty
};

void add_sbom_options(CLI::App& command, SbomOptions& options);

/// The bill of materials of `manifest`, empty if there is to be none. Builds nothing. Errors: those
/// of the language.
std::string make_sbom(Session& session, const SbomOptions& options, const guile::Value& manifest,
                      const Platform& platform);

/// Writes it where the options say. A file that cannot be written is left as it was.
void write_sbom(const SbomOptions& options, const std::string& text);

/// What goes into a registry.
registry::Artefact sbom_artefact(const SbomOptions& options, const std::string& text);

}  // namespace nacre::cli
