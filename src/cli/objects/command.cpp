// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/objects/command.hpp"

#include "base/error.hpp"
#include "cli/objects/places.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

/// The value of an option that may be repeated, but not with another one, `reason`.
std::string only(const std::vector<std::string>& values, std::string_view option,
                 std::string_view reason) {
  if (values.size() > 1)
    throw Error("{} goes with one {} only, not with {}", reason, option, values.size());
  return values.empty() ? "" : values.front();
}

struct PlatformOptions {
  CLI::Option* system;
  CLI::Option* target;
};

PlatformOptions platform_options(CLI::App& app, ObjectsCommand& command, std::string_view verb,
                                 const SeveralPlatforms& notes) {
  return {app.add_option("-s,--system", command.systems,
                         fmt::format("{} for SYSTEM, such as x86_64-linux{}", verb, notes.systems))
              ->type_name("SYSTEM")
              ->allow_extra_args(false),
          app.add_option(
                 "--target", command.targets,
                 fmt::format("cross-build for TRIPLET, such as aarch64-linux-gnu{}", notes.targets))
              ->type_name("TRIPLET")
              ->allow_extra_args(false)};
}

}  // namespace

void add_platform_options(CLI::App& app, ObjectsCommand& command, std::string_view verb) {
  const PlatformOptions options = platform_options(app, command, verb, {});
  options.system->expected(1);
  options.target->expected(1);
}

void add_platform_options(CLI::App& app, ObjectsCommand& command, std::string_view verb,
                          const SeveralPlatforms& several) {
  const PlatformOptions options = platform_options(app, command, verb, several);
  options.system->delimiter(',');
  options.target->delimiter(',');
}

void add_plan_options(CLI::App& app, Session& session, ObjectsCommand& command,
                      std::string_view derivations) {
  app.add_flag(fmt::format("-d,--{}", derivations), command.derivations,
               fmt::format("print the {}, build nothing", derivations));
  app.add_flag("-n,--dry-run", command.dry_run,
               "say what would be built or downloaded, and do nothing");
  add_check_option(app, session);
}

void add_root_option(CLI::App& app, ObjectsCommand& command, std::string_view result) {
  app.add_option(
         "-r,--root", command.root,
         fmt::format("make FILE a link to {}, which keeps it from the garbage collector", result))
      ->type_name("FILE");
}

void add_building_options(CLI::App& app, Session& session, ObjectsCommand& command) {
  app.add_flag("-q,--quiet", command.quiet, "show errors only");
  add_transformation_options(app, command.objects.transformations);
  add_build_options(app, session);
  add_common_options(app, session);
}

Platform only_platform(const ObjectsCommand& command, std::string_view reason) {
  return {only(command.systems, "--system", reason), only(command.targets, "--target", reason)};
}

void prepare(Session& session, const ObjectsCommand& command) {
  if (!command.root.empty()) check_place_for_root(command.root);
  if (command.quiet) session.verbosity = 0;
}

bool show_requests(Session& session, const ObjectsCommand& command,
                   const std::vector<BuildRequest>& requests) {
  if (command.derivations)
    for (const BuildRequest& request : requests) fmt::print("{}\n", request.path.text());
  else if (command.dry_run)
    print_plan(session, requests);
  return command.derivations || command.dry_run;
}

std::vector<StorePath> build_requests(Session& session, const std::vector<BuildRequest>& requests) {
  build(*session.store(), session.derivations(), requests, session.build_options,
        session.reporter());
  return requested_paths(session.derivations(), requests);
}

void keep_result(Session& session, const ObjectsCommand& command,
                 const std::vector<StorePath>& paths) {
  if (!command.root.empty()) add_roots(*session.store(), command.root, paths);
}

}  // namespace nacre::cli
