// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/resolve.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/objects/command.hpp"
#include "cli/options.hpp"
#include "cli/shell/child.hpp"
#include "cli/shell/profile_link.hpp"
#include "cli/shell/request.hpp"

namespace nacre::cli {

namespace {

constexpr std::string_view shell_module = "(nacre shell)";

std::vector<BuildRequest> lower_environment(Session& session, const ShellCommand& command) {
  const Platform platform{command.systems.empty() ? "" : command.systems.front(), ""};
  const guile::Value manifest = evaluate_to_manifest(session, command.objects, platform);
  if (command.profile.empty() &&
      guile::is_true(guile::apply(guile::reference(shell_module, "manifest-empty?"), {manifest})))
    session.reporter().warning("no packages are named: the environment is empty");
  const guile::Value names =
      guile::apply(guile::reference(shell_module, "environment-derivations"),
                   {session.store_connection(), manifest, or_false(platform.system),
                    guile::to_scheme(command.container.wanted),
                    guile::to_scheme(command.container.emulate_fhs)});
  std::vector<BuildRequest> requests;
  for (const guile::Value& name : guile::to_vector(names))
    requests.push_back({StorePath(guile::to_string(name)), {"out"}});
  return requests;
}

/// What a container needs to see of the store.
void add_items(Session& session, ResolvedEnvironment& environment) {
  StorePathSet roots{StorePath(environment.profile)};
  if (!environment.shell.empty()) roots.insert(StorePath(environment.shell));
  for (const StorePath& path : session.store()->requisites(roots))
    environment.items.emplace_back(path.base_name());
  std::sort(environment.items.begin(), environment.items.end());
}

/// The outputs that a build made, of which each request's first one is meant.
ResolvedEnvironment build_environment(Session& session, const ShellCommand& command) {
  const std::vector<BuildRequest> requests = lower_environment(session, command);
  ResolvedEnvironment environment;
  build(*session.store(), session.derivations(), requests, session.build_options,
        session.reporter());
  const auto output = [&](const BuildRequest& request) {
    return session.derivations().read(request.path)->output_path("out").text();
  };
  environment.profile = output(requests.at(0));
  if (requests.size() > 1) environment.shell = output(requests.at(1));
  if (command.container.wanted) add_items(session, environment);
  return environment;
}

void keep(Session& session, const EnvironmentCache& cache, const EnvironmentRequest& request,
          const ResolvedEnvironment& environment, const std::vector<std::string>& used,
          pid_t caller) {
  cache.remove_unused(used);
  const guile::Inputs inputs = guile::take_inputs();
  std::vector<Dependency> dependencies;
  try {
    dependencies = observe_inputs(inputs, request.always, request.start);
  } catch (const Error& error) {
    if (session.verbosity > 1)
      session.reporter().info(fmt::format("the environment is not cached: {}", error.what()));
    return cache.hold(*session.store(), environment, caller);
  }
  cache.save(*session.store(), request.key, environment, dependencies, used);
}

/// A cache that cannot be used is not a reason to have no environment.
void try_to_keep(Session& session, const EnvironmentCache& cache, const EnvironmentRequest& request,
                 const ResolvedEnvironment& environment, const std::vector<std::string>& used,
                 pid_t caller) {
  try {
    keep(session, cache, request, environment, used, caller);
  } catch (const Error& error) {
    session.reporter().warning(fmt::format("the environment is not cached: {}", error.what()));
  }
}

/// In the child.
std::string make_environment(Session& session, const ShellCommand& command,
                             const EnvironmentCache& cache, const EnvironmentRequest& request,
                             pid_t caller) {
  const std::vector<std::string> used = environments_in_use();
  session.records_inputs = true;
  const ResolvedEnvironment environment = build_environment(session, command);
  if (follow_elsewhere(command.objects.transformations))
    cache.hold(*session.store(), environment, caller);
  else
    try_to_keep(session, cache, request, environment, used, caller);
  keep_result(session, command, {StorePath(environment.profile)});
  session.end();
  return write_environment(environment);
}

/// For an environment that is there: what needs the store itself, in a child too.
std::string complete(Session& session, const ShellCommand& command,
                     ResolvedEnvironment environment) {
  keep_result(session, command, {StorePath(environment.profile)});
  if (command.container.wanted && environment.items.empty()) add_items(session, environment);
  session.end();
  return write_environment(environment);
}

std::optional<ResolvedEnvironment> in_child(const std::function<std::string()>& work, int& status) {
  const std::optional<std::string> text = run_in_child(work, status);
  if (!text) return std::nullopt;
  return read_environment(*text);
}

/// From the cache, or made in a child.
std::optional<ResolvedEnvironment> resolve_objects(Session& session, ShellCommand& command,
                                                   int& status) {
  const EnvironmentRequest request = describe_request(session, command);
  const EnvironmentCache cache(session.location());
  if (!command.rebuild_cache) {
    if (auto environment = cache.find(request.key)) {
      if (command.root.empty()) return environment;
      return in_child([&] { return complete(session, command, *environment); }, status);
    }
  }
  const pid_t caller = getpid();
  return in_child([&] { return make_environment(session, command, cache, request, caller); },
                  status);
}

std::optional<ResolvedEnvironment> resolve_profile(Session& session, const ShellCommand& command,
                                                   int& status) {
  ResolvedEnvironment environment;
  environment.profile = resolve_profile_link(session.location(), command.profile);
  if (command.container.wanted) {
    // An environment without packages has a container's shell.
    ShellCommand empty = command;
    empty.root.clear();
    const auto with_shell = resolve_objects(session, empty, status);
    if (!with_shell) return std::nullopt;
    environment.shell = with_shell->shell;
  }
  if (command.root.empty() && !command.container.wanted) return environment;
  return in_child([&] { return complete(session, command, environment); }, status);
}

}  // namespace

std::optional<ResolvedEnvironment> resolve(Session& session, ShellCommand& command, int& status) {
  return command.profile.empty() ? resolve_objects(session, command, status)
                                 : resolve_profile(session, command, status);
}

void plan_environment(Session& session, const ShellCommand& command) {
  if (command.profile.empty()) print_plan(session, lower_environment(session, command));
}

void export_manifest(Session& session, const ShellCommand& command) {
  SelectedObjects objects = command.objects;
  const std::vector<std::string> development = std::move(objects.development.specifications);
  objects.development.specifications.clear();
  objects.transformations.clear();  // the manifest has them as code
  const guile::Value manifest = evaluate_to_manifest(session, objects, {});
  const guile::Value text = guile::apply(
      guile::reference(shell_module, "manifest-text"),
      {manifest, to_scheme_list(development), to_scheme_options(command.objects.transformations)});
  fmt::print("{}", guile::to_string(text));
}

}  // namespace nacre::cli
