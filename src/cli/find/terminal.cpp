// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/find/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "base/process.hpp"
#include "index/package_index.hpp"

namespace nacre::cli {

namespace {

constexpr std::size_t usual_columns = 80;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for (const std::string_view word : split_text(text, ' '))
    if (!word.empty()) result.emplace_back(word);
  return result;
}

/// The pager's command line, empty if there is none.
std::vector<std::string> pager() {
  for (const char* variable : {"GUIX_PAGER", "PAGER"})
    if (const char* value = std::getenv(variable)) return words(value);
  for (const char* program : {"less", "more"})
    if (find_program(program)) return {program};
  return {};
}

std::map<std::string, std::string> environment_for_pager() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  // Ends at once if all fits on the screen, shows colours, and leaves the screen as it is.
  variables["LESS"] = "FRX";
  return variables;
}

}  // namespace

bool output_has_colors() {
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb" &&
         std::getenv("NO_COLOR") == nullptr;
}

std::size_t output_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* variable = std::getenv("COLUMNS");
  const std::string_view text = variable == nullptr ? "" : variable;
  std::size_t columns = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), columns);
  const bool is_number = failure == std::errc{} && end == text.data() + text.size();
  return is_number && columns > 0 ? columns : usual_columns;
}

void show_text(const std::string& text) {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  const std::vector<std::string> command = is_terminal ? pager() : std::vector<std::string>{};
  if (command.empty() || text.empty())
    write_fully(STDOUT_FILENO, text);
  else
    run_in_foreground({command, environment_for_pager(), "", text});
}

}  // namespace nacre::cli
