// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/program.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "base/interrupt.hpp"
#include "base/nearest.hpp"
#include "cli/commands.hpp"
#include "cli/empty_values.hpp"
#include "cli/man_page.hpp"
#include "cli/options.hpp"
#include "cli/render.hpp"
#include "cli/trailing_command.hpp"
#include "guile/exception.hpp"

namespace nacre::cli {

namespace {

constexpr const char* version_text =
    "nacre " NACRE_VERSION
    "\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>\n"
    "This is free software: you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.";

void add_commands(CLI::App& program, Session& session, Action& action) {
  add_build_command(program, session, action);
  add_package_command(program, session, action);
  add_install_command(program, session, action);
  add_remove_command(program, session, action);
  add_upgrade_command(program, session, action);
  add_pack_command(program, session, action);
  add_search_command(program, session, action);
  add_show_command(program, session, action);
  add_edit_command(program, session, action);
  add_graph_command(program, session, action);
  add_lint_command(program, session, action);
  add_locate_command(program, session, action);
  add_inspect_command(program, session, action);
  add_archive_command(program, session, action);
  add_gc_command(program, session, action);
  add_hash_command(program, session, action);
  add_size_command(program, session, action);
  add_repl_command(program, session, action);
  add_shell_command(program, session, action);
}

void describe(CLI::App& program, Session& session, Action& action) {
  program.name("nacre");
  program.set_version_flag("-V,--version", version_text);
  program
      .add_option("--root", session.root,
                  "keep the store under DIR (written before the command's name)")
      ->type_name("DIR");
  program.add_flag_callback(
      "--help-man",
      [&program, &action] {
        action = [&program] {
          fmt::print("{}", man_page(program, NACRE_VERSION));
          return 0;
        };
      },
      "print the manual page");
  add_examples(program,
               "  nacre build hello                       build a package\n"
               "  nacre shell python -- python3           run a program of a package\n"
               "  nacre pack -f docker -m manifest.scm    an image with these packages\n"
               "  nacre COMMAND --help                    more of them");
  add_commands(program, session, action);
  refuse_empty_values(program);
}

Error unknown_command(const CLI::App& program, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  const auto nearest = nearest_name(name, names, likely_edits(name));
  return Error("unknown command '{}'", name)
      .hint(nearest ? fmt::format("did you mean '{}'?", *nearest)
                    : "'nacre --help' lists the commands");
}

/// The option of `command` that a misspelt one was meant to be, or nothing.
std::optional<std::string> meant_option(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  for (const std::string& argument : command.remaining()) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--")) return nearest_name(name, names, likely_edits(name));
  }
  return std::nullopt;
}

/// CLI11 reports a mistake on the command line by an exception, --help and --version too.
int report_parse_error(const CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return program.exit(error);
  const CLI::App* command = &program;
  for (const CLI::App* parsed : program.get_subcommands()) command = parsed;
  const std::vector<std::string> unread = program.remaining();
  if (command == &program && !unread.empty() && !unread.front().starts_with('-')) {
    print_error(unknown_command(program, unread.front()));
    return 1;
  }
  const std::string name = command == &program ? "nacre" : "nacre " + command->get_name();
  const auto meant = meant_option(*command);
  print_error(Error("{}", error.what())
                  .hint(meant ? fmt::format("did you mean '{}'?", *meant)
                              : fmt::format("try '{} --help'", name)));
  return 1;
}

/// Whether standard output is a pipe whose reader has ended, as in 'nacre … | head'.
bool is_reader_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

/// Nothing that was printed may be lost without an error.
void flush_standard_output() {
  const bool had_failed = std::ferror(stdout) != 0;
  if (!std::cout.flush() || std::fflush(stdout) != 0)
    throw_errno("cannot write to standard output");
  if (had_failed) throw Error("cannot write to standard output");
}

int parse_and_act(int argc, char** argv) {
  Session session;
  Action action;
  CLI::App program("a functional package manager that grows containers and virtual machines");
  describe(program, session, action);
  int status = 0;
  try {
    std::vector<std::string> arguments = split_empty_values(argc, argv);
    session.trailing_command = take_trailing_command(arguments);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the end
    program.parse(std::move(arguments));
    if (action)
      status = action();
    else
      fmt::print("{}", program.help());
  } catch (const CLI::ParseError& error) {
    status = report_parse_error(program, error);
  }
  flush_standard_output();
  return status;
}

/// A reader that has seen enough is no reason for a message.
int report_failure(const Error& error, int code) {
  if (code != EPIPE || !is_reader_gone()) print_error(error);
  return 1;
}

}  // namespace

int run_program(int argc, char** argv) {
  try {
    return parse_and_act(argc, argv);
  } catch (const Interrupted&) {
    std::fputs("nacre: interrupted\n", stderr);
    return 128 + interrupt_signal();
  } catch (const SystemError& error) {
    return report_failure(error, error.code());
  } catch (const guile::SchemeError& error) {
    return report_failure(error, guile::system_error_code(error));
  } catch (const Error& error) {
    return report_failure(error, 0);
  } catch (const std::system_error& error) {  // of fmt::print
    return report_failure(Error("{}", error.what()), error.code().value());
  } catch (const std::bad_alloc&) {
    return report_failure(Error("out of memory"), 0);
  } catch (const std::exception& error) {
    return report_failure(Error("{}", error.what()), 0);
  }
}

}  // namespace nacre::cli
