// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/man_page.hpp"

#include <fmt/format.h>

namespace nacre::cli {

namespace {

std::string escape(const std::string& text) {
  std::string result;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
    line_start = c == '\n';
  }
  return result;
}

std::string describe_options(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    std::string name = option->get_name(false, true);
    if (!option->get_type_name().empty()) name += " " + option->get_type_name();
    text += fmt::format(".TP\n.B {}\n{}\n", escape(name), escape(option->get_description()));
  }
  return text;
}

std::string describe_command(const CLI::App& app) {
  std::string text = fmt::format(".SS {}\n{}.\n{}", escape("nacre " + app.get_name()),
                                 escape(app.get_description()), describe_options(app));
  if (!app.get_footer().empty())
    text += fmt::format(".PP\n.nf\n{}\n.fi\n", escape(app.get_footer()));
  return text;
}

}  // namespace

std::string man_page(const CLI::App& program, const std::string& version) {
  std::string text = fmt::format(
      ".TH NACRE 1 \"\" \"nacre {}\" \"User commands\"\n.SH NAME\nnacre \\- {}\n.SH SYNOPSIS\n"
      ".B nacre\n[OPTION]... COMMAND [ARGUMENT]...\n.SH OPTIONS\n{}.SH COMMANDS\n",
      version, escape(program.get_description()), describe_options(program));
  for (const CLI::App* command : program.get_subcommands({})) text += describe_command(*command);
  text +=
      ".SH ENVIRONMENT\n.TP\n.B NACRE_ROOT\nThe directory that holds the store, like "
      "\\-\\-root.\n.TP\n.B NACRE_DEBIAN_MIRROR\nWhere mirror://debian/ is, on hosts that have no "
      "apt.\n.TP\n.B NACRE_CHANNEL\nA directory with the modules of another channel, "
      "(guix ...) and (gnu ...), and, after a colon, that of their compiled forms.\n"
      ".TP\n.B GUIX_PACKAGE_PATH\nDirectories with more package modules.\n"
      ".SH EXIT STATUS\n0; 1 after an error; 128 + N after signal N.\n";
  return text;
}

}  // namespace nacre::cli
