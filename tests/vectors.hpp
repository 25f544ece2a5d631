// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "base/files.hpp"

/// Known answers, made by running Guix itself: tests/data/vectors.
namespace nacre {

inline std::string vector_file(const std::string& name) {
  return std::string(NACRE_TEST_DATA) + "/vectors/" + name;
}

/// Parts between separators; none of an empty text.
inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t begin = 0;;) {
    std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == text.npos) return parts;
    begin = end + 1;
  }
}

/// The rows of a table after its heading.
inline std::vector<std::vector<std::string>> read_vector_table(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  bool heading = true;
  for (const std::string& line : split(read_file(vector_file(name)), '\n')) {
    if (!heading && !line.empty()) rows.push_back(split(line, '\t'));
    heading = false;
  }
  return rows;
}

/// The value of the row whose first column begins with `what`.
inline std::string read_vector_value(const std::string& name, const std::string& what) {
  for (const auto& row : read_vector_table(name))
    if (row.at(0).starts_with(what)) return row.at(1);
  throw std::runtime_error("no row " + what);
}

/// What `"…\n"` stands for.
inline std::string read_scheme_string(const std::string& literal) {
  std::string text;
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] != '\\')
      text += literal[i];
    else
      text += literal[++i] == 'n' ? '\n' : literal[i];
  }
  return text;
}

}  // namespace nacre
