// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <memory>

#include "builds/repair.hpp"
#include "cli/commands.hpp"
#include "cli/objects/command.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct BuildCommand : ObjectsCommand {
  bool source = false;
  std::vector<std::string> sources;     ///< the values of --sources
  std::vector<std::string> dependents;  ///< the values of --dependents
  bool log_file = false;
  bool list_systems = false;
  bool list_targets = false;
  bool repair = false;
};

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

/// What the options ask for in place of the packages.
RelatedPackages related_packages(const BuildCommand& command) {
  if (!command.dependents.empty()) {
    const std::string& depth = command.dependents.back();
    if (depth == "any") return {"dependents", {}};
    long steps = 0;
    const auto [end, failure] = std::from_chars(depth.data(), depth.data() + depth.size(), steps);
    if (failure != std::errc{} || end != depth.data() + depth.size() || steps < 0)
      throw Error("--dependents: '{}' is not a number of steps", depth)
          .hint("such as: nacre build --dependents=1 zlib");
    return {"dependents", steps};
  }
  if (command.sources.empty()) return {};
  const std::string& type = command.sources.back();
  return {type == "package" ? "sources" : type + "-sources", {}};
}

std::vector<BuildRequest> lower(Session& session, const BuildCommand& command) {
  const Platform platform = only_platform(command, "a build");
  const RelatedPackages related = related_packages(command);
  if (!related.kind.empty() || command.objects.has_development)
    return lower_related(session, command.objects, platform, related);
  return lower_objects(session, command.objects.plain, platform, command.source,
                       command.objects.transformations);
}

int run(Session& session, const BuildCommand& command) {
  if (command.list_systems)
    return list(session, "The systems that packages can be built on", "build-systems");
  if (command.list_targets)
    return list(session, "The targets that packages can be built for", "build-targets");
  if (command.objects.empty())
    throw Error("nothing to build")
        .hint("name a package, or use --expression, --file or --manifest; see nacre build --help");
  prepare(session, command);
  const std::vector<BuildRequest> requests = lower(session, command);
  if (command.log_file) return print_logs(session, requests);
  if (show_requests(session, command, requests)) return 0;
  const std::vector<StorePath> paths = build_requests(session, requests);
  if (command.repair) repair(session, paths);
  keep_result(session, command, paths);
  for (const StorePath& path : paths) fmt::print("{}\n", path.text());
  return 0;
}

/// Values are optional and follow '='; without one, the next word is a package.
void add_related_options(CLI::App& app, BuildCommand& command) {
  app.add_flag("-S,--source", command.source, "build the packages' sources");
  app.add_flag("--sources{all}", command.sources,
               "build sources: of the package alone (--sources=package), all of its origins, or "
               "those too of all that it is built with (--sources=transitive)")
      ->check(CLI::IsMember({"package", "all", "transitive"}));
  app.add_flag("-P,--dependents{any}", command.dependents,
               "build packages and those that depend on them, at most N steps away (-P1, "
               "--dependents=N)");
}

}  // namespace

void add_build_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<BuildCommand>();
  CLI::App& app = *program.add_subcommand("build", "build packages or derivations");
  add_object_options(app, command->objects.plain,
                     {"packages (hello, python@3.9, glib:bin), derivations, store items",
                      "-f,--file", "build what the code in FILE evaluates to (repeatable)"});
  add_development_option(app, command->objects);
  add_related_options(app, *command);
  add_platform_options(app, *command, "build");
  app.add_flag("--list-systems", command->list_systems, "list what --system may be");
  app.add_flag("--list-targets", command->list_targets, "list what --target may be");
  add_plan_options(app, session, *command, "derivations");
  app.add_flag("--repair", command->repair,
               "check the contents of the result, and replace them if they are damaged");
  add_root_option(app, *command, "the result");
  app.add_flag("--log-file", command->log_file, "print the names of the build logs");
  add_building_options(app, session, *command);
  add_examples(
      app,
      "  nacre build hello                   build it and print where it is\n"
      "  nacre build --check --rounds=2 hello\n"
      "                                      is it the same bits every time?\n"
      "  nacre build -e '(@ (gnu packages base) hello)'\n"
      "  nacre build --sources=transitive -n hello\n"
      "                                      all sources that a build from source needs\n"
      "  nacre build -P1 zlib                and what uses it directly: does it still work?\n"
      "  nacre build --target=aarch64-linux-gnu hello\n"
      "  nacre build -n -m manifest.scm      what would be built");
  app.callback([&app, &session, &action, command] {
    separate_development_objects(app, command->objects);
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
