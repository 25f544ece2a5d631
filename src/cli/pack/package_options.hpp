// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "guile/guile.hpp"

namespace nacre::cli {

/// The options of 'nacre pack' that are for distributions' packages alone: the package's name, and
/// names of files; or empty.
struct PackageOptions {
  std::string name;
  // of deb
  std::string control_file;
  std::string postinst_file;
  std::string triggers_file;
  // of rpm
  std::string prein_file;
  std::string postin_file;
  std::string preun_file;
  std::string postun_file;
};

void add_package_options(CLI::App& command, PackageOptions& options);

/// Appends pack-derivation's keyword arguments for them.
void append_package_keywords(std::vector<guile::Value>& arguments, const PackageOptions& options);

}  // namespace nacre::cli
