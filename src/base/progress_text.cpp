// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "base/utf8.hpp"

namespace nacre::progress_text {
namespace {

/// The length of the UTF-8 sequence at the start of `text`; 0 if it is invalid or a C1 control
/// character, which terminals obey.
std::size_t visible_length(std::string_view text) {
  const std::size_t length = utf8_sequence_length(text);
  const bool is_c1_control = length == 2 && text[0] == '\xc2' && text[1] < '\xa0';
  return is_c1_control ? 0 : length;
}

/// The length of the escape sequence at the start of `text`, which begins with ESC.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == ']') {  // ends with BEL or ESC backslash
    std::size_t end = text.find_first_of("\a\x1b", 2);
    if (end == std::string_view::npos) return text.size();
    return std::min(text.size(), end + (text[end] == '\a' ? 1 : 2));
  }
  if (text[1] != '[') return 2;
  std::size_t end = 2;
  while (end < text.size() && (text[end] < 0x40 || text[end] > 0x7e)) ++end;
  return std::min(text.size(), end + 1);
}

struct Scale {
  double divisor;
  std::string_view unit;
};

Scale scale_of(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double divisor = 1;
  std::size_t unit = 0;
  // What would be rounded to 1000.0 is written with the next unit.
  for (; static_cast<double>(bytes) / divisor >= 999.95; divisor *= 1000) ++unit;
  return {divisor, units[unit]};
}

std::string scaled(std::uint64_t bytes, const Scale& scale) {
  if (scale.divisor == 1) return std::to_string(bytes);
  return fmt::format("{:.1f}", static_cast<double>(bytes) / scale.divisor);
}

}  // namespace

std::string duration(std::chrono::milliseconds time) {
  auto tenths = time.count() / 100;
  if (tenths >= 600) return elapsed(time);
  return fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

std::string elapsed(std::chrono::milliseconds time) {
  auto seconds = time.count() / 1000;
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
}

std::string byte_count(std::uint64_t bytes) {
  Scale scale = scale_of(bytes);
  return fmt::format("{} {}", scaled(bytes, scale), scale.unit);
}

std::string byte_count(std::uint64_t done, std::uint64_t total) {
  Scale scale = scale_of(std::max(done, total));
  return fmt::format("{}/{} {}", scaled(done, scale), scaled(total, scale), scale.unit);
}

std::string sanitize(std::string_view line, bool utf8) {
  std::string result;
  while (!line.empty()) {
    auto first = static_cast<unsigned char>(line[0]);
    std::size_t length = first == 0x1b ? escape_length(line) : visible_length(line);
    if (first == '\t')
      result += ' ';
    else if (length == 0 || (length > 1 && first != 0x1b && !utf8))
      result += '?';
    else if (first >= 0x20 && first != 0x7f)
      result += line.substr(0, length);
    line.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string truncate(std::string_view text, std::size_t width, bool utf8) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t column = 0; end < text.size(); ++end) {
    bool starts_character = (text[end] & 0xc0) != 0x80;
    if (starts_character && ++column == width) break;
  }
  return std::string(text.substr(0, end)) + (utf8 ? "…" : "~");
}

std::string bar(std::uint64_t done, std::uint64_t total, std::size_t width, bool utf8) {
  double share =
      total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  auto halves = static_cast<std::size_t>(share * 2 * static_cast<double>(width));
  std::string result;
  for (std::size_t i = 0; i < width; ++i) {
    if (2 * i + 2 <= halves)
      result += utf8 ? "━" : "=";
    else if (2 * i + 1 == halves)
      result += utf8 ? "╸" : ">";
    else
      result += ' ';
  }
  return result;
}

bool locale_is_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (!value || !*value) continue;  // the first one that is set decides
    std::string name;
    for (const char* c = value; *c; ++c)
      if (std::isalnum(static_cast<unsigned char>(*c)))
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
    return name.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace nacre::progress_text
