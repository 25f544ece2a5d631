// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/formats.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "pack/pack_options.hpp"

namespace nacre::cli {

namespace {

void list_formats() {
  fmt::print("The formats of 'nacre pack' (--format):\n\n");
  for (const PackFormat& format : pack_formats())
    fmt::print("  {:<13} {}\n", format.name, format.description);
}

void print_group(const CLI::App& command, std::string_view title) {
  const std::vector<const CLI::Option*> options =
      command.get_options([&](const CLI::Option* option) { return option->get_group() == title; });
  fmt::print("{}", CLI::Formatter().make_group(std::string(title), false, options));
}

}  // namespace

std::string format_names() {
  const auto formats = pack_formats();
  std::string names = fmt::format("{} (the default)", formats.front().name);
  for (const PackFormat& format : formats.subspan(1, formats.size() - 2))
    names += fmt::format(", {}", format.name);
  return fmt::format("{} or {}", names, formats.back().name);
}

void add_format_help(CLI::App& command, FormatHelp& help) {
  command.add_flag("--list-formats", help.list, "list the formats");
  for (const PackFormat& format : pack_formats()) {
    if (format.groups.empty()) continue;
    command.add_flag_callback(
        fmt::format("--help-{}-format", format.name),
        [&help, &format] { help.format = format.name; },
        fmt::format("list the options of the format {}", format.name));
  }
}

bool show_format_help(const CLI::App& command, const FormatHelp& help) {
  if (help.list) list_formats();
  for (const PackFormat& format : pack_formats())
    if (format.name == help.format)
      for (const PackOptionGroup* group : format.groups) print_group(command, group->title);
  return help.list || !help.format.empty();
}

}  // namespace nacre::cli
