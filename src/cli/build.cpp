// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include "builds/repair.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct BuildCommand {
  Objects objects;
  std::string system;
  std::string target;
  std::string root;
  bool source = false;
  bool derivations = false;
  bool dry_run = false;
  bool log_file = false;
  bool list_systems = false;
  bool list_targets = false;
  bool quiet = false;
  bool repair = false;
};

std::vector<BuildRequest> lower(Session& session, const BuildCommand& command) {
  session.store();
  session.start_language();
  const guile::Value lowered = guile::apply(
      guile::reference("(nacre commands)", "objects->requests"),
      {session.store_connection(), to_scheme_list(command.objects.specifications),
       evaluate_objects(command.objects), evaluate_manifests(command.objects),
       or_false(command.system), or_false(command.target), guile::to_scheme(command.source)});
  return to_build_requests(lowered);
}

int print_logs(Session& session, const std::vector<BuildRequest>& requests) {
  for (const BuildRequest& request : requests) {
    const auto log = find_build_log(*session.store(), request.path);
    if (!log)
      throw Error("no build log for '{}'", request.path.text())
          .hint("logs are kept of what was built here; build it with --check to get one");
    fmt::print("{}\n", session.location().is_relocated() ? session.location().outside(*log) : *log);
  }
  return 0;
}

/// Those that are damaged; what is not there at all, the build has made.
void repair(Session& session, const std::vector<StorePath>& paths) {
  for (const StorePath& path : paths) {
    if (is_intact(*session.store(), path)) continue;
    repair_item(*session.store(), session.derivations(), path, {}, session.build_options,
                session.reporter());
    session.reporter().info(fmt::format("repaired '{}'", path.text()));
  }
}

int list(Session& session, const std::string& title, const std::string& procedure) {
  session.start_language();
  fmt::print("{}:\n\n", title);
  for (const guile::Value& name :
       guile::to_vector(guile::apply(guile::reference("(nacre commands)", procedure), {})))
    fmt::print("   - {}\n", guile::to_string(name));
  return 0;
}

int run(Session& session, const BuildCommand& command) {
  if (command.list_systems)
    return list(session, "The systems that packages can be built on", "build-systems");
  if (command.list_targets)
    return list(session, "The targets that packages can be built for", "build-targets");
  if (command.objects.empty())
    throw Error("nothing to build")
        .hint("name a package, or use --expression, --file or --manifest; see nacre build --help");
  if (!command.root.empty()) check_place_for_root(command.root);
  if (command.quiet) session.verbosity = 0;
  const std::vector<BuildRequest> requests = lower(session, command);

  if (command.log_file) return print_logs(session, requests);
  if (command.derivations) {
    for (const BuildRequest& request : requests) fmt::print("{}\n", request.path.text());
    return 0;
  }
  if (command.dry_run) {
    print_plan(session, requests);
    return 0;
  }

  build(*session.store(), session.derivations(), requests, session.build_options,
        session.reporter());
  const std::vector<StorePath> paths = requested_paths(session.derivations(), requests);
  if (command.repair) repair(session, paths);
  if (!command.root.empty()) add_roots(*session.store(), command.root, paths);
  for (const StorePath& path : paths) fmt::print("{}\n", path.text());
  return 0;
}

}  // namespace

void add_build_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<BuildCommand>();
  CLI::App& app = *program.add_subcommand("build", "build packages or derivations");
  add_object_options(app, command->objects,
                     "packages (hello, python@3.9, glib:bin), derivations, store items");
  app.add_option("-f,--file", command->objects.files,
                 "build what the code in FILE evaluates to (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_flag("-S,--source", command->source, "build the packages' sources");
  app.add_option("-s,--system", command->system, "build for SYSTEM, such as x86_64-linux")
      ->type_name("SYSTEM");
  app.add_option("--target", command->target, "cross-build for TRIPLET, such as aarch64-linux-gnu")
      ->type_name("TRIPLET");
  app.add_flag("--list-systems", command->list_systems, "list what --system may be");
  app.add_flag("--list-targets", command->list_targets, "list what --target may be");
  app.add_flag("-d,--derivations", command->derivations, "print the derivations, build nothing");
  app.add_flag("-n,--dry-run", command->dry_run,
               "say what would be built or downloaded, and do nothing");
  add_check_option(app, session);
  app.add_flag("--repair", command->repair,
               "check the contents of the result, and replace them if they are damaged");
  app.add_option("-r,--root", command->root,
                 "make FILE a link to the result, which keeps it from the garbage collector")
      ->type_name("FILE");
  app.add_flag("--log-file", command->log_file, "print the names of the build logs");
  app.add_flag("-q,--quiet", command->quiet, "show errors only");
  add_build_options(app, session);
  add_common_options(app, session);
  add_examples(app,
               "  nacre build hello                   build it and print where it is\n"
               "  nacre build --check --rounds=2 hello\n"
               "                                      is it the same bits every time?\n"
               "  nacre build -e '(@ (gnu packages base) hello)'\n"
               "  nacre build --target=aarch64-linux-gnu hello\n"
               "  nacre build -n -m manifest.scm      what would be built");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
