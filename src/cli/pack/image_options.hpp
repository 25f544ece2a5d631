// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "guile/guile.hpp"

namespace nacre::cli {

/// The options of 'nacre pack' that are for images alone.
struct ImageOptions {
  std::string entry_point;
  std::vector<std::string> entry_point_arguments;
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::vector<std::string> exposed_ports;
  std::vector<std::string> volumes;
  std::vector<std::string> labels;
  std::string user;
  std::string working_directory;
  std::string tag;
  unsigned max_layers = 0;
};

void add_image_options(CLI::App& command, ImageOptions& options);

/// Error if one is malformed: the image's builder would say so, but only when all is built.
void check_image_options(const ImageOptions& options);

/// Appends pack-derivation's keyword arguments for them.
void append_image_keywords(std::vector<guile::Value>& arguments, const ImageOptions& options);

}  // namespace nacre::cli
