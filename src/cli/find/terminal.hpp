// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

/// Showing long texts to people.
namespace nacre::cli {

/// Whether standard output is a terminal that takes colours, and the user has not forbidden them.
bool output_has_colors();

/// The width of the terminal that standard output is, else COLUMNS, else 80.
std::size_t output_columns();

/// Writes `text` to standard output; if that is a terminal, by the pager that GUIX_PAGER or PAGER
/// names, else by less or more. An empty name means no pager.
void show_text(const std::string& text);

}  // namespace nacre::cli
