// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/objects/objects.hpp"
#include "cli/session.hpp"
#include "registry/artefact.hpp"

namespace nacre::cli {

/// Whether a signed statement is to tell how the pack came about, and where it goes.
struct AttestOptions {
  std::string file;  ///< "" for none, "." for one beside nothing: named after the pack, here
  bool is_wanted() const { return !file.empty(); }
};

/// What a statement tells of a pack.
struct AttestedPack {
  const SelectedObjects& objects;
  guile::Value manifest;
  std::string format;
  Platform platform;
  StorePath derivation;
  StorePath file;
  std::string pushed;  ///< NAME@sha256:…, "" if it goes into no registry
};

void add_attest_options(CLI::App& command, AttestOptions& options);

/// Before anything is built: Error if the store has no key to sign with, or if something of what
/// was asked for could not be recorded.
void check_attestation(Session& session, const SelectedObjects& objects);

/// The signed statement of a pack that is built, in one line.
std::string attest(Session& session, const AttestedPack& pack);

/// What goes into a registry beside the image.
registry::Artefact attestation_artefact(const std::string& attestation);

/// Writes it where the options say; returns the file's name.
std::string write_attestation(const AttestOptions& options, const StorePath& pack,
                              const std::string& attestation);

}  // namespace nacre::cli
