// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/program.hpp"

#include <cstdio>
#include <exception>

#include "base/interrupt.hpp"
#include "base/nearest.hpp"
#include "cli/commands.hpp"
#include "cli/man_page.hpp"
#include "cli/options.hpp"
#include "cli/render.hpp"

namespace nacre::cli {

namespace {

constexpr const char* version_text =
    "nacre " NACRE_VERSION
    "\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>\n"
    "This is free software: you are free to change and redistribute it.\n"
    "There is NO WARRANTY, to the extent permitted by law.";

void add_commands(CLI::App& program, Session& session, Action& action) {
  add_build_command(program, session, action);
  add_pack_command(program, session, action);
  add_inspect_command(program, session, action);
  add_archive_command(program, session, action);
  add_gc_command(program, session, action);
  add_hash_command(program, session, action);
  add_size_command(program, session, action);
  add_repl_command(program, session, action);
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
               "  nacre pack -f docker -m manifest.scm    an image with these packages\n"
               "  nacre COMMAND --help                    more of them");
  add_commands(program, session, action);
}

Error unknown_command(const CLI::App& program, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands({})) names.push_back(command->get_name());
  const auto nearest = nearest_name(name, names, likely_edits(name));
  return Error("unknown command '{}'", name)
      .hint(nearest ? fmt::format("did you mean '{}'?", *nearest)
                    : "'nacre --help' lists the commands");
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
  print_error(Error("{}", error.what()).hint(fmt::format("try '{} --help'", name)));
  return 1;
}

}  // namespace

int run_program(int argc, char** argv) {
  Session session;
  Action action;
  CLI::App program("a functional package manager that grows containers and virtual machines");
  try {
    describe(program, session, action);
    program.parse(argc, argv);
    if (!action) {
      fmt::print("{}", program.help());
      return 0;
    }
    const int status = action();
    if (std::fflush(stdout) != 0) throw_errno("cannot write to standard output");
    return status;
  } catch (const CLI::ParseError& error) {
    return report_parse_error(program, error);
  } catch (const Interrupted&) {
    std::fputs("nacre: interrupted\n", stderr);
    return 128 + interrupt_signal();
  } catch (const Error& error) {
    print_error(error);
    return 1;
  } catch (const std::exception& error) {
    print_error(Error("{}", error.what()));
    return 1;
  }
}

}  // namespace nacre::cli
