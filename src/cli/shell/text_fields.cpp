// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/text_fields.hpp"

namespace nacre::cli {

std::string join_fields(const std::vector<std::string>& fields) {
  std::string line;
  bool is_first = true;
  for (const std::string& field : fields) {
    if (!is_first) line += '\t';
    is_first = false;
    for (const char character : field) {
      if (character == '\t')
        line += "\\t";
      else if (character == '\n')
        line += "\\n";
      else if (character == '\\')
        line += "\\\\";
      else
        line += character;
    }
  }
  return line;
}

std::vector<std::string> split_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      const char escaped = line[++i];
      fields.back() += escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

}  // namespace nacre::cli
