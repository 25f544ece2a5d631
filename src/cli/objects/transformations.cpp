// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/objects/transformations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace nacre::cli {

namespace {

/// One option: "--NAME=VALUE".
struct Row {
  std::string_view name;   ///< also the key of the language
  std::string_view value;  ///< what the help calls it; in brackets, it is optional
  std::string_view description;
  std::string_view default_value = "";  ///< of an optional value
};

constexpr std::array rows{
    Row{"with-source", "[PACKAGE=]SOURCE", "build PACKAGE from SOURCE, a file or an address"},
    Row{"with-input", "PACKAGE=REPLACEMENT", "use REPLACEMENT where PACKAGE is a dependency"},
    Row{"with-graft", "PACKAGE=REPLACEMENT",
        "build the dependents of PACKAGE with REPLACEMENT, unless --no-grafts is given"},
    Row{"with-branch", "PACKAGE=BRANCH", "build PACKAGE from the latest commit of BRANCH"},
    Row{"with-commit", "PACKAGE=COMMIT", "build PACKAGE from COMMIT, a hash or a tag"},
    Row{"with-git-url", "PACKAGE=URL", "build PACKAGE from the Git repository at URL"},
    Row{"with-patch", "PACKAGE=FILE", "apply the patch FILE to the source of PACKAGE"},
    Row{"tune", "[CPU]", "optimize the packages that profit from it for CPU, by default this one",
        "native"},
    Row{"amd-gpu", "TARGETS", "compile for AMD GPUs (the collection cannot yet)"},
    Row{"with-configure-flag", "PACKAGE=FLAG", "give FLAG to the configuration of PACKAGE"},
    Row{"with-latest", "PACKAGE", "use the latest release of PACKAGE"},
    Row{"with-version", "PACKAGE=VERSION", "use the release VERSION of PACKAGE"},
    Row{"with-c-toolchain", "PACKAGE=TOOLCHAIN",
        "build PACKAGE and its dependents with TOOLCHAIN, such as gcc-toolchain@11"},
    Row{"with-debug-info", "PACKAGE", "build PACKAGE with its debugging information"},
    Row{"without-tests", "PACKAGE", "build PACKAGE without running its tests"},
};

constexpr std::string_view group_title = "Transformations";

/// The help of a command without the options that change packages. The manual page and error
/// messages name them as they do all others.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string help = CLI::Formatter::make_help(app, std::move(name), mode);
    // Groups are parted by empty lines, this one too.
    for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != help.npos;) help.erase(at, 1);
    return help;
  }
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == group_title) return "";
    return CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
  }
};

/// "--tune[=CPU]", "--with-patch=PACKAGE=FILE".
std::string shown(const Row& row) {
  if (row.default_value.empty()) return fmt::format("--{}={}", row.name, row.value);
  return fmt::format("--{}[={}]", row.name, row.value.substr(1, row.value.size() - 2));
}

void print_help() {
  fmt::print("Options that change packages, in the order in which they are given:\n\n");
  for (const Row& row : rows) fmt::print("  {}\n      {}\n", shown(row), row.description);
  fmt::print("\nPACKAGE is NAME or NAME@VERSION, and is found anywhere among the dependencies.\n");
}

void add_row(CLI::App& app, Transformations& transformations, const Row& row) {
  const auto add = [&transformations, name = std::string(row.name)](const std::string& value) {
    transformations.emplace_back(name, value);
  };
  const std::string description(row.description);
  // A flag takes no value but one after "=", so that it can stand before a package.
  CLI::Option* option =
      row.default_value.empty()
          ? app.add_option_function<std::string>(fmt::format("--{}", row.name), add, description)
                ->type_name(std::string(row.value))
          : app.add_flag(fmt::format("--{}{{{}}}", row.name, row.default_value), description)
                ->each(add);
  option->group(std::string(group_title))->trigger_on_parse();
}

}  // namespace

void add_transformation_options(CLI::App& app, Transformations& transformations) {
  for (const Row& row : rows) add_row(app, transformations, row);
  app.formatter(std::make_shared<HelpFormatter>());
  app.add_flag_callback(
      "--help-transform",
      [] {
        print_help();
        throw CLI::Success();
      },
      "list the options that change packages, such as --with-input");
}

bool follow_elsewhere(const Transformations& transformations) {
  constexpr std::array elsewhere{"with-branch", "with-git-url", "with-latest", "with-version"};
  return std::any_of(transformations.begin(), transformations.end(), [&](const auto& item) {
    const bool has_address =
        item.first == "with-source" && item.second.find("://") != std::string::npos;
    return has_address ||
           std::find(elsewhere.begin(), elsewhere.end(), item.first) != elsewhere.end();
  });
}

guile::Value to_scheme_options(const Transformations& transformations) {
  std::vector<guile::Value> pairs;
  for (auto item = transformations.rbegin(); item != transformations.rend(); ++item)
    pairs.push_back(guile::pair(guile::symbol(item->first), guile::to_scheme(item->second)));
  return guile::list(pairs);
}

}  // namespace nacre::cli
