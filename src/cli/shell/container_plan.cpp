// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/container_plan.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/shell/cdi.hpp"
#include "cli/shell/container_layout.hpp"
#include "cli/shell/fhs.hpp"
#include "cli/shell/nesting.hpp"

namespace nacre::cli {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The caller, or the one that --user names.
ContainerUser choose_user(const ContainerOptions& options) {
  constexpr Identity ordinary{1000, 1000};
  if (!options.user.empty()) {
    if (options.user.find_first_of("/:\n") != std::string::npos || options.user == "." ||
        options.user == "..")
      throw Error("'{}' is not a user's name", options.user);
    return {options.user, "", "/home/" + options.user, ordinary};
  }
  ContainerUser user{"", "", "", {geteuid(), getegid()}};
  if (const passwd* entry = getpwuid(geteuid())) {
    user.name = entry->pw_name;
    user.full_name = entry->pw_gecos;
    user.home = entry->pw_dir;
  }
  if (const std::string home = variable("HOME"); home.starts_with('/')) user.home = home;
  if (user.name.empty()) user.name = variable("USER");
  if (user.name.empty()) user.name = "user";
  if (!user.home.starts_with('/')) user.home = "/home/" + user.name;
  return user;
}

/// The name in the container of a file of the caller's home directory, which may be another there.
std::string moved_home(const ContainerOptions& options, const ContainerUser& user,
                       const std::string& file) {
  const std::string home = variable("HOME");
  const bool is_below = !options.user.empty() && home.starts_with('/') && file.starts_with(home) &&
                        (file.size() == home.size() || file[home.size()] == '/');
  return is_below ? user.home + file.substr(home.size()) : file;
}

/// "+SOURCE[=TARGET]" or "-SOURCE[=TARGET]".
ContainerMapping parse_mapping(const std::string& text) {
  const std::string_view option = text.front() == '+' ? "--share" : "--expose";
  const std::size_t equals = text.find('=');
  const std::string source = text.substr(1, equals == std::string::npos ? equals : equals - 1);
  ContainerMapping mapping{absolute_path(source), "", text.front() == '+', false};
  mapping.target = equals == std::string::npos ? mapping.source : text.substr(equals + 1);
  if (source.empty() || !mapping.target.starts_with('/'))
    throw Error("'{}' is not what {} takes", text.substr(1), option)
        .hint("write SOURCE or SOURCE=TARGET; TARGET is an absolute file name in the container");
  mapping.target = absolute_path(mapping.target);
  if (mapping.target == "/")
    throw Error("{} cannot put '{}' in place of the container's root", option, source);
  if (!path_exists(mapping.source))
    throw Error("'{}', which {} names, does not exist", source, option);
  return mapping;
}

/// "SOURCE=TARGET": a link SOURCE to the profile's TARGET.
std::pair<std::string, std::string> parse_symlink(const std::string& text,
                                                  const std::string& profile) {
  const std::size_t equals = text.find('=');
  const std::string source = text.substr(0, equals);
  const std::string target = equals == std::string::npos ? "" : text.substr(equals + 1);
  const bool is_plain =
      !target.starts_with('/') && ("/" + target + "/").find("/../") == std::string::npos;
  if (!source.starts_with('/') || equals == std::string::npos || !is_plain)
    throw Error("'{}' is not a link that --symlink can make", text)
        .hint(
            "write SOURCE=TARGET, such as /usr/bin/env=bin/env: SOURCE is absolute, TARGET "
            "relative "
            "to the profile");
  return {absolute_path(source), profile + "/" + target};
}

void add_mappings(EnvironmentContainer& container, const ContainerOptions& options) {
  std::vector<ContainerMapping>& mappings = container.plan.mappings;
  const std::string here = absolute_path(".");
  container.directory = container.user.home;
  if (!options.no_cwd) {
    container.directory = moved_home(options, container.user, here);
    if (here != "/") mappings.push_back({here, container.directory, true, false});
  }
  for (const std::string& text : options.mappings) {
    mappings.push_back(parse_mapping(text));
    mappings.back().target = moved_home(options, container.user, mappings.back().target);
  }
}

/// Two devices may need the same files.
void add_devices(Session& session, EnvironmentContainer& container,
                 const ContainerOptions& options) {
  std::vector<ContainerMapping>& mappings = container.plan.mappings;
  for (const std::string& name : options.devices) {
    const DeviceEdits device = find_device(name, device_directories());
    for (const ContainerMapping& mapping : device.mappings)
      if (std::none_of(mappings.begin(), mappings.end(), [&](const ContainerMapping& known) {
            return known.source == mapping.source && known.target == mapping.target;
          }))
        mappings.push_back(mapping);
    for (const auto& [variable, value] : device.variables) container.variables[variable] = value;
    for (const std::string& part : device.ignored)
      session.reporter().warning(
          fmt::format("the description of device '{}' has '{}', which is ignored", name, part));
  }
}

void add_hierarchy(EnvironmentContainer& container, const std::string& profile) {
  container.plan.complete = [profile] { emulate_hierarchy(profile); };
  container.plan.completed_as = "hierarchy of " + profile;
  std::string& path = container.variables["PATH"];
  path = "/bin:/usr/bin:/sbin:/usr/sbin" + (path.empty() ? "" : ":" + path);
}

/// The container's variables are its own: those that are preserved, and what programs expect.
Environment container_variables(const EnvironmentContainer& container,
                                const ShellCommand& command) {
  const PreservedVariables preserved(command.preserve);
  Environment variables{{"PS1", "\\u@\\h \\w [env]\\$ "},
                        {"LOGNAME", container.user.name},
                        {"USER", container.user.name},
                        {"HOME", container.user.home},
                        {"LANG", "C.UTF-8"}};
  for (const char* name : {"TMPDIR", "TEMPDIR", "TMP", "TEMP"}) variables[name] = "/tmp";
  // The terminal is the caller's.
  if (const std::string terminal = variable("TERM"); !terminal.empty())
    variables["TERM"] = terminal;
  for (const auto& [name, value] : current_environment())
    if (preserved.matches(name)) variables[name] = value;
  return variables;
}

}  // namespace

EnvironmentContainer describe_container(Session& session, const ShellCommand& command,
                                        const ResolvedEnvironment& environment) {
  const ContainerOptions& options = command.container;
  EnvironmentContainer container;
  container.user = choose_user(options);
  container.profile =
      options.link_profile ? container.user.home + "/.guix-profile" : environment.profile;
  container.plan.identity = container.user.identity;
  container.plan.network = options.network;
  container.plan.writable_root = options.writable_root;
  container.plan.store = session.location().outside("/gnu/store");
  if (!options.nesting) container.plan.items = environment.items;
  add_system_files(container.plan, container.user, environment.shell);
  if (options.network) add_network_files(container.plan);
  add_mappings(container, options);
  if (options.link_profile)
    container.plan.last_links.emplace_back(container.profile, environment.profile);
  for (const std::string& text : options.symlinks)
    container.plan.last_links.push_back(parse_symlink(text, container.profile));

  container.variables = container_variables(container, command);
  add_devices(session, container, options);
  apply_profile(
      container.variables,
      read_profile_variables(session.location().outside(environment.profile), container.profile),
      true);
  container.variables[std::string(environment_variable)] = container.profile;
  if (options.nesting) add_nacre(container, session.location());
  if (options.emulate_fhs) add_hierarchy(container, environment.profile);
  if (options.link_profile)
    container.variables[std::string(linked_environment_variable)] = environment.profile;
  return container;
}

}  // namespace nacre::cli
