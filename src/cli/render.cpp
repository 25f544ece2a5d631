// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/render.hpp"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/progress_text.hpp"
#include "sandbox/outside_text.hpp"

namespace nacre::cli {

namespace {

bool use_color() {
  return isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::uint64_t kibi = 1024;
constexpr std::array<Unit, 18> units{{{"", 1},
                                      {"B", 1},
                                      {"k", kibi},
                                      {"K", kibi},
                                      {"KiB", kibi},
                                      {"kB", 1000},
                                      {"KB", 1000},
                                      {"M", kibi* kibi},
                                      {"MiB", kibi* kibi},
                                      {"MB", 1000'000},
                                      {"G", kibi* kibi* kibi},
                                      {"GiB", kibi* kibi* kibi},
                                      {"GB", 1000'000'000},
                                      {"T", kibi* kibi* kibi* kibi},
                                      {"TiB", kibi* kibi* kibi* kibi},
                                      {"TB", 1000'000'000'000},
                                      {"P", kibi* kibi* kibi* kibi* kibi},
                                      {"PiB", kibi* kibi* kibi* kibi* kibi}}};

/// Errors quote what others wrote, in several lines at times.
std::string printable(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t end = text.find('\n');
    result += progress_text::sanitize(text.substr(0, end), true);
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

void print_error(const Error& error) {
  const char* bold = use_color() ? "\033[1m" : "";
  const char* red = use_color() ? "\033[1;31m" : "";
  const char* cyan = use_color() ? "\033[1;36m" : "";
  const char* plain = use_color() ? "\033[0m" : "";
  std::string text;
  const std::string where = error.location() ? error.location()->to_string() : "nacre";
  text += fmt::format("{}{}:{} {}error:{} {}\n", bold, printable(where), plain, red, plain,
                      printable(outside_text(error.what())));
  if (error.hint())
    text += fmt::format("{}hint:{} {}\n", cyan, plain, printable(outside_text(*error.hint())));
  std::fputs(text.c_str(), stderr);
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < names.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, names[unit]);
}

std::uint64_t parse_size(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  for (const Unit& unit : units) {
    if (end == text.c_str() || unit.suffix != end || !(number >= 0)) continue;
    const double bytes = number * static_cast<double>(unit.factor);
    if (bytes < 9e18) return static_cast<std::uint64_t>(std::llround(bytes));
  }
  throw Error("'{}' is not a size", text).hint("write a number and a unit, such as 500M or 2G");
}

}  // namespace nacre::cli
