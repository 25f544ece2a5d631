// SPDX-License-Identifier: GPL-3.0-or-later
#include "index/record_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace nacre {

namespace {

constexpr std::string_view continuation = "\n+ ";

/// Characters, not bytes.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// The spaces that further lines of `line` begin with: its own, and those below a bullet.
std::size_t hanging_indent(std::string_view line) {
  const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
  if (spaces == 0) return 0;
  const std::string_view text = line.substr(spaces);
  if (text.starts_with("* ")) return spaces + 2;
  const std::size_t digits = text.find_first_not_of("0123456789");
  const bool is_number =
      digits > 0 && digits != std::string_view::npos && text.substr(digits).starts_with(". ");
  return is_number ? spaces + digits + 2 : spaces;
}

/// Appends `line`, broken between words. `column` is where it begins.
void fill_line(std::string& text, std::string_view line, std::size_t columns, std::size_t column) {
  const std::string indent(hanging_indent(line), ' ');
  std::size_t begin = 0;
  while (begin < line.size()) {
    const std::size_t word = std::min(line.find_first_not_of(' ', begin), line.size());
    const std::size_t end = std::min(line.find(' ', word), line.size());
    const std::size_t spaces = word - begin;
    const std::size_t width = length(line.substr(word, end - word));
    if (begin > 0 && column + spaces + width > columns) {
      text += '\n' + indent;
      column = indent.size() + width;
    } else {
      text.append(spaces, ' ');
      column += spaces + width;
    }
    text += line.substr(word, end - word);
    begin = end;
  }
}

/// The value of a field that may have several lines.
std::string recutils_value(std::string_view text) {
  std::string value;
  for (const char c : text) {
    if (c == '\n')
      value += continuation;
    else
      value += c;
  }
  return value;
}

std::string bold(std::string_view text, const RecordOptions& options) {
  return options.colors ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

std::string highlight(const std::string& text, const RecordOptions& options) {
  if (!options.colors || !options.highlighted) return text;
  std::vector<bool> marked(text.size(), false);
  for (const SearchPattern& pattern : *options.highlighted)
    for (const auto& [begin, size] : pattern.matches(text))
      std::fill_n(marked.begin() + static_cast<std::ptrdiff_t>(begin), size, true);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool before = i > 0 && marked[i - 1];
    if (marked[i] && !before) result += "\x1b[1;41m";
    if (!marked[i] && before) result += "\x1b[0m";
    result += text[i];
  }
  if (!text.empty() && marked.back()) result += "\x1b[0m";
  return result;
}

std::string outputs_text(const IndexedPackage& package) {
  std::vector<IndexedOutput> outputs = package_outputs(package);
  std::stable_partition(outputs.begin(), outputs.end(),
                        [](const IndexedOutput& output) { return output.name != "out"; });
  std::string text;
  for (const IndexedOutput& output : outputs)
    text += fmt::format("\n+ {}: {}", output.name, output.synopsis);
  return text;
}

}  // namespace

std::string fill_text(std::string_view text, std::size_t columns, std::size_t start) {
  std::string filled;
  bool is_first = true;
  for (const std::string_view line : split_text(text, index_line_break)) {
    if (!is_first) filled += '\n';
    fill_line(filled, line, columns, is_first ? start : 0);
    is_first = false;
  }
  return filled;
}

std::string package_record(const IndexedPackage& package, const RecordOptions& options) {
  // Lines after the first begin with "+ ".
  const std::size_t columns = std::max<std::size_t>(options.columns, 22) - 2;
  const auto filled = [&](std::string_view key, std::string_view value) {
    return recutils_value(fill_text(value, columns, key.size() + 2));
  };
  std::string text;
  const auto add = [&text](std::string_view key, std::string_view value) {
    text += fmt::format("{}: {}\n", key, value);
  };
  add("name", bold(package.name, options));
  add("version", bold(package.version, options));
  text += fmt::format("outputs:{}\n", outputs_text(package));
  add("systems", filled("systems", package.systems));
  add("dependencies", filled("dependencies", package.dependencies));
  add("location", package.location.empty() ? "unknown" : package.location);
  add("homepage", package.home_page);
  add("license", package.license.empty() ? "unknown" : package.license);
  add("synopsis", highlight(std::string(package.synopsis), options));
  add("description", highlight(filled("description", package.description), options));
  if (options.relevance) add("relevance", fmt::format("{}", *options.relevance));
  return text + "\n";
}

}  // namespace nacre
