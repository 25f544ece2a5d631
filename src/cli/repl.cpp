// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/repl.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct ReplCommand {
  std::string file;
  std::vector<std::string> arguments;
  std::string type = "guile";
  bool no_user_file = false;
};

int run(Session& session, const ReplCommand& command) {
  if (command.file.empty()) {
    session.start_language();
    return guile::run_repl(!command.no_user_file);
  }
  std::vector<std::string> command_line{command.file};
  command_line.insert(command_line.end(), command.arguments.begin(), command.arguments.end());
  session.start_language(command_line);
  return guile::run_script(command.file);
}

}  // namespace

void add_repl_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<ReplCommand>();
  CLI::App& app =
      *program.add_subcommand("repl", "evaluate Scheme code, or read it from a terminal");
  app.add_option(
         "FILE", command->file,
         "a program to run; what follows are its arguments, which it finds in (command-line)")
      ->type_name("");
  app.add_option("-t,--type", command->type, "the kind of interpreter: guile")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"guile"}));
  app.add_flag("-q", command->no_user_file, "do not load ~/.guile");
  app.prefix_command();
  add_common_options(app, session);
  add_examples(app,
               "  nacre repl                          talk to it; ,q leaves\n"
               "  nacre repl program.scm one two      run a program\n"
               "  nacre repl -- program.scm --help    give it options");
  app.callback([&session, &action, &app, command] {
    command->arguments = app.remaining();
    if (!command->arguments.empty() && command->arguments.front() == "--")
      command->arguments.erase(command->arguments.begin());
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
