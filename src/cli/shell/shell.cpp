// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <memory>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/shell/check.hpp"
#include "cli/shell/command.hpp"
#include "cli/shell/container_launch.hpp"
#include "cli/shell/default_file.hpp"
#include "cli/shell/launch.hpp"
#include "cli/shell/resolve.hpp"

namespace nacre::cli {

namespace {

bool is_interactive(const Session& session) {
  return !session.trailing_command || session.trailing_command->empty();
}

/// Without a description of an environment, an interactive shell has that of its directory.
void add_default_file(Session& session, ShellCommand& command) {
  if (command.names_environment() || command.no_default_file || !is_interactive(session)) return;
  const auto file = find_default_file(absolute_path("."));
  if (!file) return;
  require_authorized(*file);
  session.reporter().info(fmt::format("loading the environment of '{}'", *file));
  if (base_name(*file) == "manifest.scm")
    command.objects.plain.manifests.push_back(*file);
  else
    command.objects.development.files.push_back(*file);
}

void check_options(const ShellCommand& command) {
  check_container_options(command.container);
  if (!command.profile.empty() && !command.objects.empty())
    throw Error(
        "--profile names an environment, and so do packages, expressions, files and manifests")
        .hint("leave out one of them");
  if (!command.profile.empty() && command.container.emulate_fhs)
    throw Error("--emulate-fhs adds a C library to the packages, and --profile is complete")
        .hint("leave out one of them");
  PreservedVariables(command.preserve);  // or an Error, before anything is built
}

void print_search_paths(Session& session, const ShellCommand& command,
                        const ResolvedEnvironment& environment) {
  for (const ProfileValue& value :
       read_profile_variables(session.location().outside(environment.profile), environment.profile))
    fmt::print("{}\n", shell_definition(value, !command.pure));
}

/// False if the shell was to be checked and is not as it should be.
bool check(Session& session, const ShellCommand& command, const ResolvedEnvironment& environment) {
  if (command.check) return check_shell(session, environment);
  if (is_interactive(session) && isatty(STDIN_FILENO) != 0) suggest_check(session);
  return true;
}

int run(Session& session, ShellCommand& command) {
  check_options(command);
  add_default_file(session, command);
  prepare(session, command);
  if (command.export_manifest) {
    export_manifest(session, command);
    return 0;
  }
  if (command.dry_run) {
    plan_environment(session, command);
    return 0;
  }
  int status = 0;
  const auto environment = resolve(session, command, status);
  if (!environment) return status;
  if (command.search_paths) {
    print_search_paths(session, command, *environment);
    return 0;
  }
  if (!command.container.wanted && !check(session, command, *environment)) return 1;
  return command.container.wanted ? launch_container(session, command, *environment)
                                  : launch(session, command, *environment);
}

void add_environment_options(CLI::App& app, ShellCommand& command) {
  app.add_option("-p,--profile", command.profile, "the environment of the profile at PATH")
      ->type_name("PATH");
  app.add_flag("-q", command.no_default_file, "do not look for 'manifest.scm' and 'guix.scm'");
  app.add_flag("--pure", command.pure, "unset the variables of the caller, but for a few");
  app.add_option("-E,--preserve", command.preserve,
                 "keep variables whose name REGEXP matches (repeatable)")
      ->type_name("REGEXP")
      ->allow_extra_args(false);
  app.add_flag("--search-paths", command.search_paths,
               "print the definitions of variables, run nothing");
  app.add_flag("--check", command.check,
               "check that the shell's start-up files leave the variables alone");
  app.add_flag("--rebuild-cache", command.rebuild_cache,
               "evaluate it all again, whatever is cached");
  app.add_flag("--export-manifest", command.export_manifest,
               "print a manifest that stands for the command line, run nothing");
  app.add_flag("-n,--dry-run", command.dry_run,
               "say what would be built or downloaded, and do nothing");
  app.add_option("-s,--system", command.systems, "for SYSTEM, such as x86_64-linux")
      ->type_name("SYSTEM")
      ->expected(1);
}

}  // namespace

void add_shell_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<ShellCommand>();
  CLI::App& app =
      *program.add_subcommand("shell", "run a command, or a shell, in an environment of packages");
  add_object_options(app, command->objects.plain,
                     {"packages, by name, name@version or name:output", "-f,--file",
                      "the packages that the code in FILE evaluates to (repeatable)"});
  add_development_option(app, command->objects);
  add_environment_options(app, *command);
  add_root_option(app, *command, "the profile");
  add_container_options(app, command->container);
  add_transformation_options(app, command->objects.transformations);
  add_build_options(app, session);
  add_common_options(app, session);
  add_examples(app,
               "  nacre shell python python-numpy -- python3\n"
               "                                      run a program; without one, your shell\n"
               "  nacre shell --pure -D hello         what it takes to build hello\n"
               "  nacre shell -m manifest.scm         the packages of a manifest\n"
               "  nacre shell -C -m manifest.scm -- python3\n"
               "                                      in a container\n"
               "  eval \"$(nacre shell hello --search-paths)\"");
  app.callback([&app, &session, &action, command] {
    separate_development_objects(app, command->objects);
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
