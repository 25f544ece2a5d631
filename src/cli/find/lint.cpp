// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "cli/commands.hpp"
#include "cli/objects/objects.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct LintCommand {
  Objects objects;
  std::string checkers;
  std::string excluded;
  bool list = false;
  bool no_network = false;
};

guile::Value call(const std::string& procedure, const std::vector<guile::Value>& arguments) {
  return guile::apply(guile::reference("(nacre lint)", procedure), arguments);
}

guile::Value names(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& name : CLI::detail::split(text, ','))
    if (!name.empty()) names.push_back(name);
  return to_scheme_list(names);
}

int list_checkers() {
  fmt::print("The checkers:\n\n");
  for (const guile::Value& checker : guile::to_vector(call("lint-checkers", {}))) {
    const std::vector<guile::Value> parts = guile::to_vector(checker);
    fmt::print("- {}: {}{}\n", guile::to_string(parts.at(0)), guile::to_string(parts.at(1)),
               guile::is_true(parts.at(2)) ? "" : " (not available)");
  }
  return 0;
}

int run(Session& session, const LintCommand& command) {
  session.start_language();
  if (command.list) return list_checkers();
  call("lint",
       {session.store_connection(), to_scheme_list(command.objects.specifications),
        evaluate_objects(command.objects), names(command.checkers), names(command.excluded)});
  return 0;
}

}  // namespace

void add_lint_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<LintCommand>();
  CLI::App& app = *program.add_subcommand("lint", "check the definitions of packages");
  app.add_option("PACKAGE", command->objects.specifications, "packages; all if none is named")
      ->type_name("");
  app.add_option("-e,--expression", command->objects.expressions,
                 "check the package that EXPR evaluates to (repeatable)")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  app.add_option("-c,--checkers", command->checkers, "run these checkers only")
      ->type_name("CHECKER,…");
  app.add_option("-x,--exclude", command->excluded, "do not run these checkers")
      ->type_name("CHECKER,…");
  app.add_flag("-n,--no-network", command->no_network,
               "only checkers that ask no server; all that are available are such");
  app.add_flag("-l,--list-checkers", command->list, "list the checkers");
  add_common_options(app, session);
  add_examples(app,
               "  nacre lint hello                    all checkers\n"
               "  nacre lint -c synopsis,description -L . my-package\n"
               "  nacre lint -x formatting            all packages");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
