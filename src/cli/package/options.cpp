// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/package/options.hpp"

#include <map>

#include "base/error.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

using Query = ProfileQuery::Kind;
using Action = GenerationAction::Kind;

/// The values of the options whose order counts stay with CLI11 until finish_options(); an option
/// whose value may be missing has "" then.
CLI::Option* add_ordered(CLI::App& app, const std::string& names, const std::string& description,
                         const std::string& type, int least, int most) {
  const std::string shown = least == 0 ? fmt::format("[{}]", type) : type;
  return app.add_option(names, description)
      ->expected(least, most)
      ->type_name(most > 1 ? shown + "..." : shown)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// CLI11 takes a const string, and no other text, for the description of a flag without a variable.
void add_ordered_flag(CLI::App& app, const std::string& names, const std::string& description) {
  app.add_flag(names, description);
}

constexpr int any_number = 1000000;

struct QueryOption {
  const char* names;
  const char* description;
  const char* type;  ///< of the value; nullptr: a flag
  int least_values;  ///< 0: the value may be left out
  Query kind;
};

constexpr QueryOption query_options[] = {
    {"-l,--list-generations", "list the generations that match PATTERN, or all", "PATTERN", 0,
     Query::list_generations},
    {"-I,--list-installed", "list the packages whose name matches REGEXP, or all", "REGEXP", 0,
     Query::list_installed},
    {"--list-profiles", "list your profiles", nullptr, 0, Query::list_profiles},
    {"--search-paths",
     "print the environment variables to set: exact (default), prefix or suffix of what is set",
     "KIND", 0, Query::search_paths},
    {"--export-manifest", "print a manifest of the profile", nullptr, 0, Query::export_manifest},
    {"--export-channels", "print the channels that the profile comes from", nullptr, 0,
     Query::export_channels},
    {"-A,--list-available", "list the packages that can be installed, or those that match REGEXP",
     "REGEXP", 0, Query::list_available},
    {"-s,--search", "find packages by their descriptions (repeatable: all have to match)", "REGEXP",
     1, Query::search},
    {"--show", "show the details of PACKAGE (repeatable)", "PACKAGE", 1, Query::show}};

/// "--list-generations" of "-l,--list-generations".
std::string long_name(const std::string& names) {
  return names.substr(names.find("--"));
}

std::map<std::string, Query> queries() {
  std::map<std::string, Query> result;
  for (const QueryOption& option : query_options)
    result.emplace(long_name(option.names), option.kind);
  return result;
}

const std::map<std::string, Action> generation_actions = {
    {"--roll-back", Action::roll_back},
    {"--switch-generation", Action::switch_to},
    {"--delete-generations", Action::remove}};

const std::map<std::string, Installation::Kind> installation_kinds = {
    {"--install", Installation::Kind::specification},
    {"--install-from-expression", Installation::Kind::expression},
    {"--install-from-file", Installation::Kind::file}};

/// The last query counts, with all values that it was given.
void add_query(ProfileQuery& query, Query kind, const std::string& option,
               const std::string& pattern) {
  if (query.kind != kind) query = {kind, option, {}};
  if (!pattern.empty()) query.patterns.push_back(pattern);
}

/// Takes in one value of an option, or one occurrence of a flag.
void take(PackageCommand& command, const std::string& name, const std::string& value) {
  static const std::map<std::string, Query> known_queries = queries();
  if (const auto query = known_queries.find(name); query != known_queries.end())
    add_query(command.query, query->second, name, value);
  else if (const auto action = generation_actions.find(name); action != generation_actions.end())
    command.actions.push_back({action->second, value});
  else if (const auto kind = installation_kinds.find(name); kind != installation_kinds.end()) {
    if (!value.empty()) command.installations.push_back({kind->second, value});
  } else if (name == "--upgrade") {
    command.upgrade = true;
    if (!value.empty()) command.upgrades.push_back(value);
  } else if (name == "--remove") {
    if (!value.empty()) command.removals.push_back(value);
  } else if (name == "--do-not-upgrade") {
    if (!value.empty()) command.kept.push_back(value);
  }
}

}  // namespace

void add_profile_options(CLI::App& app, PackageCommand& command) {
  app.add_option("-p,--profile", command.profiles,
                 "use the profile PROFILE instead of ~/.guix-profile")
      ->type_name("PROFILE")
      ->allow_extra_args(false);
}

void add_query_options(CLI::App& app, PackageCommand&) {
  for (const QueryOption& option : query_options) {
    if (option.type)
      add_ordered(app, option.names, option.description, option.type, option.least_values, 1);
    else
      add_ordered_flag(app, option.names, option.description);
  }
}

void add_generation_options(CLI::App& app, PackageCommand&) {
  add_ordered_flag(app, "--roll-back,--rollback",
                   "switch to the generation before the current one");
  add_ordered(app, "-S,--switch-generation",
              "switch to generation PATTERN: a number, +1 (the next) or -1", "PATTERN", 1, 1);
  add_ordered(app, "-d,--delete-generations",
              "delete the generations that match PATTERN, or all but the current one", "PATTERN", 0,
              1);
}

void add_change_options(CLI::App& app, PackageCommand& command) {
  add_ordered(app, "-i,--install", "install PACKAGEs", "PACKAGE", 0, any_number);
  add_ordered(app, "-e,--install-from-expression", "install the package that EXPR evaluates to",
              "EXPR", 1, 1);
  add_ordered(app, "-f,--install-from-file", "install the package that FILE evaluates to", "FILE",
              1, 1);
  add_ordered(app, "-r,--remove", "remove PACKAGEs", "PACKAGE", 0, any_number);
  add_ordered(app, "-u,--upgrade", "upgrade the packages whose name matches a REGEXP, or all",
              "REGEXP", 0, any_number);
  add_kept_option(app, command);
  app.add_option("-m,--manifest", command.objects.plain.manifests,
                 "replace all by the packages of the manifest FILE (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

void add_kept_option(CLI::App& app, PackageCommand&) {
  add_ordered(app, "--do-not-upgrade", "do not upgrade packages whose name matches a REGEXP",
              "REGEXP", 0, any_number);
}

void add_transaction_options(CLI::App& app, Session& session, PackageCommand& command) {
  app.add_flag("--allow-collisions", command.allow_collisions,
               "accept packages that collide; the first one in the profile counts");
  app.add_flag("--bootstrap", command.no_hooks,
               "make the profile without hooks: no caches for what is in it");
  app.add_flag("-n,--dry-run", command.dry_run, "show what would be done, and do nothing");
  add_building_options(app, session, command);
}

void finish_options(const CLI::App& app, PackageCommand& command) {
  std::map<const CLI::Option*, std::size_t> next;
  for (const CLI::Option* option : app.parse_order()) {
    const std::vector<std::string>& values = option->results();
    std::size_t& index = next[option];
    const bool is_flag = option->get_items_expected_max() == 0;
    take(command, option->get_name(), is_flag || index >= values.size() ? "" : values[index]);
    ++index;
  }
}

}  // namespace nacre::cli
