// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/package_index.hpp"
#include "index/search.hpp"

/// Packages as text for people and for recsel. Pure functions.
namespace nacre {

struct RecordOptions {
  std::size_t columns = 80;      ///< of the terminal
  std::optional<int> relevance;  ///< a last field
  bool colors = false;           ///< name and version in bold, matches marked
  const std::vector<SearchPattern>* highlighted = nullptr;  ///< what to mark
};

/// A record in recutils' form that describes a package, with an empty line at its end.
std::string package_record(const IndexedPackage& package, const RecordOptions& options);

/// `text`, of lines that end with index_line_break, with lines of at most `columns` characters,
/// the first of which begins at column `start`. Items of lists keep their indentation. A word that
/// is longer stays whole.
std::string fill_text(std::string_view text, std::size_t columns, std::size_t start);

}  // namespace nacre
