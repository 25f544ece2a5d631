// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/table.hpp"

#include <algorithm>

namespace nacre::cli {

namespace {

constexpr std::size_t widest = 20;

std::size_t character_count(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::size_t> column_widths(const std::vector<TableRow>& rows) {
  std::vector<std::size_t> widths;
  for (const TableRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], std::min(character_count(row[i]), widest));
  }
  return widths;
}

}  // namespace

std::string table_text(const std::vector<TableRow>& rows) {
  const std::vector<std::size_t> widths = column_widths(rows);
  std::string text;
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 == row.size()) continue;
      const std::size_t width = character_count(row[i]);
      if (width < widths[i]) text.append(widths[i] - width, ' ');
      text += '\t';
    }
    text += '\n';
  }
  return text;
}

}  // namespace nacre::cli
