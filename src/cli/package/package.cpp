// SPDX-License-Identifier: GPL-3.0-or-later
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/package/command.hpp"
#include "cli/package/options.hpp"
#include "profile/profile_lock.hpp"
#include "sandbox/relocation.hpp"

namespace nacre::cli {

namespace {

/// Error for a command line of which one half would be ignored.
void check(const PackageCommand& command) {
  const bool changes = command.changes_packages() || !command.actions.empty();
  if (command.query.kind != ProfileQuery::Kind::none && changes)
    throw Error("{} shows a profile, and other options change it", command.query.option)
        .hint("give them in two commands");
  if (command.query.kind == ProfileQuery::Kind::none && command.profiles.size() > 1)
    throw Error("--profile is given {} times, and one profile changes at a time",
                command.profiles.size())
        .hint("change one after the other");
}

/// Error for changes of packages that would be those of nothing.
void check_transformations(const PackageCommand& command) {
  if (!command.objects.transformations.empty() && command.installations.empty())
    throw Error("--{} changes packages that are installed, and none is named",
                command.objects.transformations.front().first)
        .hint("name them; an upgrade keeps the changes of the packages that it upgrades");
}

void check_directory(const std::string& profile) {
  const std::string directory = directory_name(profile);
  if (!path_exists(directory))
    throw Error("there is no directory '{}' for the profile", directory)
        .hint(fmt::format("make it: mkdir -p '{}'", directory));
}

int run(Session& session, const PackageCommand& command) {
  check(command);
  check_transformations(command);
  if (command.query.kind != ProfileQuery::Kind::none) return answer_query(session, command);
  prepare(session, command);
  session.store();
  const UserProfiles profiles = user_profiles(session);
  const std::string profile = command.profiles.empty()
                                  ? profiles.default_profile()
                                  : profiles.canonical(command.profiles.front());
  if (directory_name(profile) == profiles.directory()) profiles.prepare();
  check_directory(profile);
  const ProfileLock lock(profile);
  const Generations generations(profile);
  for (const GenerationAction& action : command.actions)
    if (!command.dry_run) act(session, command, generations, action);
  if (command.changes_packages())
    change_packages(session, command, generations);
  else if (command.actions.empty())
    session.reporter().warning("nothing to do: no package was named");
  return 0;
}

void set_action(CLI::App& app, Session& session, Action& action,
                const std::shared_ptr<PackageCommand>& command) {
  app.callback([&app, &session, &action, command] {
    finish_options(app, *command);
    action = [&session, command] { return run(session, *command); };
  });
}

struct Command {
  CLI::App& app;
  std::shared_ptr<PackageCommand> command = std::make_shared<PackageCommand>();
};

void add_names(Command& command, const std::string& type, const std::string& description,
               const std::function<void(const std::string&)>& take) {
  command.app
      .add_option_function<std::vector<std::string>>(
          type,
          [take](const std::vector<std::string>& names) {
            for (const std::string& name : names) take(name);
          },
          description)
      ->type_name("");
}

void finish(Command& command, Session& session, Action& action) {
  add_profile_options(command.app, *command.command);
  add_transaction_options(command.app, session, *command.command);
  set_action(command.app, session, action, command.command);
}

}  // namespace

UserProfiles user_profiles(Session& session) {
  const StoreLocation& location = session.location();
  return {session.store()->layout(), [&location](const std::string& file) {
            return location.is_relocated() ? outside_path(file) : file;
          }};
}

void add_package_command(CLI::App& program, Session& session, Action& action) {
  Command command{*program.add_subcommand("package", "show and change the packages of a profile")};
  CLI::App& app = command.app;
  add_change_options(app, *command.command);
  add_generation_options(app, *command.command);
  add_query_options(app, *command.command);
  finish(command, session, action);
  add_examples(app,
               "  nacre package -i hello python -r perl    one generation with all of it\n"
               "  nacre package -m manifest.scm            what the manifest lists, and no more\n"
               "  nacre package -u . --do-not-upgrade=python\n"
               "  nacre package -l                         the generations, and what changed\n"
               "  nacre package --roll-back                back to the one before\n"
               "  nacre package -d 2m                      forget those older than two months\n"
               "  eval \"$(nacre package --search-paths=prefix -p ./profile)\"");
}

void add_install_command(CLI::App& program, Session& session, Action& action) {
  Command command{*program.add_subcommand("install", "install packages into a profile")};
  add_names(command, "PACKAGE", "packages (hello, python@3.9, glib:bin)",
            [object = command.command](const std::string& name) {
              object->installations.push_back({Installation::Kind::specification, name});
            });
  finish(command, session, action);
  add_examples(command.app,
               "  nacre install hello python\n"
               "  nacre install -p ./profile hello     into another profile than your own");
}

void add_remove_command(CLI::App& program, Session& session, Action& action) {
  Command command{*program.add_subcommand("remove", "remove packages from a profile")};
  add_names(
      command, "PACKAGE", "packages of the profile (hello, python@3.9, glib:bin)",
      [object = command.command](const std::string& name) { object->removals.push_back(name); });
  finish(command, session, action);
  add_examples(command.app,
               "  nacre remove hello\n"
               "  nacre package --roll-back            no, keep it");
}

void add_upgrade_command(CLI::App& program, Session& session, Action& action) {
  Command command{*program.add_subcommand("upgrade", "upgrade the packages of a profile")};
  command.command->upgrade = true;
  add_names(
      command, "REGEXP", "which packages, by their names; all if none is given",
      [object = command.command](const std::string& name) { object->upgrades.push_back(name); });
  add_kept_option(command.app, *command.command);
  finish(command, session, action);
  add_examples(command.app,
               "  nacre upgrade\n"
               "  nacre upgrade '^python' --do-not-upgrade=numpy");
}

}  // namespace nacre::cli
