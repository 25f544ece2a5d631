// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/empty_values.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace nacre::cli {

namespace {

/// The types, as the help names them, of texts that may be empty: an argument of the user's
/// program, no server at all.
constexpr std::array<std::string_view, 2> may_be_empty{"ARGUMENT", "URLS"};

bool refuses_empty(const CLI::Option& option) {
  const bool takes_value = option.get_items_expected_max() > 0;
  const bool may_be_left_out = option.get_items_expected_min() == 0;  // CLI11 adds "" then
  return takes_value && !may_be_left_out &&
         std::find(may_be_empty.begin(), may_be_empty.end(), option.get_type_name()) ==
             may_be_empty.end();
}

std::string problem(const std::string& text) {
  return text.empty() ? "an empty text stands for nothing; is a variable not set?" : "";
}

}  // namespace

void refuse_empty_values(CLI::App& program) {
  for (CLI::Option* option : program.get_options())
    if (refuses_empty(*option)) option->check(CLI::Validator(problem, ""));
  for (CLI::App* command : program.get_subcommands({})) refuse_empty_values(*command);
}

/// -P1, whose value CLI11 would take for another option.
bool is_depth(std::string_view argument) {
  return argument.size() > 2 && argument.starts_with("-P") &&
         argument.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

std::vector<std::string> split_empty_values(int argc, char** argv) {
  std::vector<std::string> arguments;
  bool as_is = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    as_is = as_is || argument == "--" || argument == "repl";
    if (!as_is && is_depth(argument)) {
      arguments.push_back("--dependents=" + std::string(argument.substr(2)));
      continue;
    }
    const bool is_empty_value =
        !as_is && argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    arguments.emplace_back(is_empty_value ? argument.substr(0, argument.size() - 1) : argument);
    if (is_empty_value) arguments.emplace_back();
  }
  return arguments;
}

}  // namespace nacre::cli
