// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace nacre::cli {

using TableRow = std::vector<std::string>;

/// The rows, one a line: columns are padded with spaces to the widest cell (of 20 characters at
/// most) and separated by tabs, so that both people and 'cut' can read them. The last column is not
/// padded.
std::string table_text(const std::vector<TableRow>& rows);

}  // namespace nacre::cli
