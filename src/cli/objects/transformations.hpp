// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "guile/guile.hpp"

namespace nacre::cli {

/// Changes of packages that were asked for: names of (guix transformations) without "--", and their
/// values, in the order of the command line. A later one applies to what the earlier ones made.
using Transformations = std::vector<std::pair<std::string, std::string>>;

/// --with-input and the other options that change packages, and --help-transform, which lists them:
/// the plain help does not.
void add_transformation_options(CLI::App& app, Transformations& transformations);

/// Whether what one of them stands for may be something else tomorrow, with no file of this machine
/// changed: the end of a branch, the latest release, what lies at an address.
bool follow_elsewhere(const Transformations& transformations);

/// The alist that 'options->transformation' takes: symbols and strings, the last one first.
guile::Value to_scheme_options(const Transformations& transformations);

}  // namespace nacre::cli
