// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/find/queries.hpp"
#include "cli/package/command.hpp"
#include "cli/table.hpp"
#include "profile/manifest_file.hpp"
#include "profile/search_path.hpp"
#include "profile/store_files.hpp"

namespace nacre::cli {

namespace {

using Entry = ManifestFile::Entry;

/// The packages that the profiles were asked to hold, the most recently installed last.
void list_installed(const std::vector<std::string>& profiles, const std::string& pattern) {
  std::regex expression;
  try {
    expression = std::regex(pattern, std::regex::extended | std::regex::icase);
  } catch (const std::regex_error& error) {
    throw Error("'{}' is not a regular expression: {}", pattern, error.what());
  }
  std::vector<TableRow> rows;
  for (const std::string& profile : profiles) {
    const ManifestFile manifest = ManifestFile::of_profile(profile);
    for (const std::size_t index : manifest.top()) {
      const Entry& entry = manifest.entries()[index];
      if (std::regex_search(entry.name, expression))
        rows.push_back({entry.name, entry.version, entry.output, entry.item});
    }
  }
  std::reverse(rows.begin(), rows.end());
  fmt::print("{}", table_text(rows));
}

/// The store item that a profile leads to.
std::string profile_item(const std::string& profile) {
  char* resolved = realpath(profile.c_str(), nullptr);
  if (resolved == nullptr) throw_errno(fmt::format("reading the profile '{}'", profile));
  std::string item = resolved;
  std::free(resolved);
  if (!StorePath::is_valid(item))
    throw Error("'{}' is not a profile: it leads to '{}'", profile, item)
        .hint("a profile leads to an item of the store");
  return item;
}

DefinitionKind definition_kind(const std::string& name) {
  if (name.empty() || name == "exact") return DefinitionKind::exact;
  if (name == "prefix") return DefinitionKind::prefix;
  if (name == "suffix") return DefinitionKind::suffix;
  throw Error("--search-paths: '{}' is not a kind of definition", name)
      .hint("it is exact, prefix or suffix");
}

/// A variable, and its value for several profiles.
struct Variable {
  std::string name;
  std::string separator;
  std::string value;
};

void add_value(std::vector<Variable>& variables, const ProfileVariable& found,
               const std::string& profile) {
  const auto known =
      std::find_if(variables.begin(), variables.end(),
                   [&](const Variable& variable) { return variable.name == found.name; });
  const std::string value = found.value(profile);
  if (known == variables.end())
    variables.push_back({found.name, found.separator, value});
  else if (!known->separator.empty())
    known->value += known->separator + value;
}

void print_search_paths(Session& session, const UserProfiles& user,
                        const std::vector<std::string>& profiles, const std::string& kind_name) {
  const DefinitionKind kind = definition_kind(kind_name);
  std::vector<SearchPath> paths;
  for (const std::string& profile : profiles)
    for (const SearchPath& path : ManifestFile::of_profile(profile).search_paths())
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  const StoreFiles files(*session.store());
  std::vector<Variable> variables;
  for (const std::string& profile : profiles)
    for (const ProfileVariable& found : evaluate_search_paths(files, profile_item(profile), paths))
      add_value(variables, found, user.friendly(profile));
  for (const Variable& variable : variables)
    fmt::print("{}\n", shell_definition(variable.name, variable.separator, variable.value, kind));
}

void list_profiles(Session& session, const UserProfiles& user) {
  std::set<std::string> names;
  for (const std::string& profile : own_profiles(session.store()->layout()))
    names.insert(user.friendly(profile));
  for (const std::string& name : names) fmt::print("{}\n", name);
}

/// The profiles that were named, or the user's own, each once.
std::vector<std::string> queried_profiles(const PackageCommand& command, const UserProfiles& user) {
  if (command.profiles.empty()) return {user.default_profile()};
  std::vector<std::string> profiles;
  for (const std::string& name : command.profiles) {
    std::string profile = user.canonical(name);
    if (std::find(profiles.begin(), profiles.end(), profile) == profiles.end())
      profiles.push_back(std::move(profile));
  }
  return profiles;
}

/// What a query of profiles prints.
int show_profiles(Session& session, const PackageCommand& command) {
  session.store();  // profiles lie where this process sees the store
  const UserProfiles user = user_profiles(session);
  const std::vector<std::string> profiles = queried_profiles(command, user);
  switch (command.query.kind) {
    case ProfileQuery::Kind::list_generations:
      list_generations(user, profiles.front(), command.query.pattern());
      break;
    case ProfileQuery::Kind::list_installed:
      list_installed(profiles, command.query.pattern());
      break;
    case ProfileQuery::Kind::list_profiles:
      list_profiles(session, user);
      break;
    case ProfileQuery::Kind::search_paths:
      print_search_paths(session, user, profiles, command.query.pattern());
      break;
    case ProfileQuery::Kind::export_manifest:
      export_manifest(session, profiles);
      break;
    case ProfileQuery::Kind::export_channels:
      export_channels(profiles);
      break;
    default:
      break;
  }
  return 0;
}

}  // namespace

int answer_query(Session& session, const PackageCommand& command) {
  switch (command.query.kind) {
    case ProfileQuery::Kind::list_available:
      return print_available(session, command.query.pattern());
    case ProfileQuery::Kind::search:
      return print_search(session, command.query.patterns);
    case ProfileQuery::Kind::show:
      return print_packages(session, command.query.patterns);
    default:
      return show_profiles(session, command);
  }
}

}  // namespace nacre::cli
