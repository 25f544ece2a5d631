// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/find/channel_index.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/files.hpp"
#include "base/nearest.hpp"
#include "cli/find/index_cache.hpp"
#include "cli/table.hpp"
#include "guile/paths.hpp"
#include "index/search.hpp"

namespace nacre::cli {

namespace {

std::vector<std::string> package_path() {
  const char* variable = std::getenv("GUIX_PACKAGE_PATH");
  std::vector<std::string> directories;
  for (const std::string_view part : split_text(variable == nullptr ? "" : variable, ':'))
    if (!part.empty()) directories.push_back(absolute_path(part));
  return directories;
}

/// Nothing if the index is missing or damaged: it is made again.
std::optional<PackageIndex> parse_index(std::optional<std::string> text) {
  if (!text) return {};
  try {
    return PackageIndex::parse(std::move(*text));
  } catch (const Error&) {
    return {};
  }
}

std::string make_index_text(Session& session) {
  session.start_language();
  return guile::to_string(
      guile::apply(guile::reference("(nacre package-records)", "package-records"), {}));
}

PackageIndex make_index(Session& session, const std::vector<std::string>& directories) {
  const IndexCache cache(directories);
  if (auto kept = parse_index(cache.read())) return std::move(*kept);
  std::string text = make_index_text(session);
  cache.write(text);
  return PackageIndex::parse(std::move(text));
}

struct Specification {
  std::string name;
  std::string version;
};

Specification split_specification(const std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || at == 0) return {text, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string output_names(const IndexedPackage& package) {
  std::string names;
  for (const IndexedOutput& output : package_outputs(package))
    names += fmt::format("{}{}", names.empty() ? "" : ",", output.name);
  return names;
}

[[noreturn]] void throw_unknown(const PackageIndex& index, const std::string& specification) {
  const auto [name, version] = split_specification(specification);
  Error error("{}: package not found", specification);
  std::string versions;
  std::vector<std::string> names;
  for (const IndexedPackage& package : index.packages()) {
    if (!package.superseded.empty() && package.name == name)
      throw std::move(error).hint(
          fmt::format("its name is now '{}'", std::string(package.superseded)));
    if (!package.hidden.empty()) continue;
    if (package.name == name) versions += (versions.empty() ? "" : ", ") + package.full_name();
    names.emplace_back(package.name);
  }
  if (!versions.empty()) throw std::move(error).hint(fmt::format("there is {}", versions));
  const auto nearest = nearest_name(name, names, likely_edits(name));
  throw std::move(error).hint(nearest ? fmt::format("did you mean '{}'?", *nearest)
                                      : fmt::format("try 'nacre search {}'", name));
}

}  // namespace

std::vector<std::string> package_directories(const Session& session) {
  std::vector<std::string> directories;
  for (const std::string& directory : session.load_path)
    directories.push_back(absolute_path(directory));
  const std::vector<std::string> path = package_path();
  directories.insert(directories.end(), path.begin(), path.end());
  directories.push_back(guile::language_setup().channel.sources);
  return directories;
}

PackageIndex channel_index(Session& session) {
  const guile::Setup setup = guile::language_setup();
  const std::vector<std::string> directories = package_directories(session);
  if (setup.own_channel && directories.size() == 1) {
    auto index = parse_index(installed_index(setup.channel));
    if (index && describes(*index, setup.channel)) return std::move(*index);
  }
  return make_index(session, directories);
}

std::vector<const IndexedPackage*> find_packages(const PackageIndex& index,
                                                 const std::string& specification,
                                                 bool with_hidden) {
  const auto [name, version] = split_specification(specification);
  std::vector<const IndexedPackage*> found = index.find(name, version);
  found.erase(std::remove_if(found.begin(), found.end(),
                             [with_hidden](const IndexedPackage* package) {
                               return !package->superseded.empty() ||
                                      (!package->hidden.empty() && !with_hidden);
                             }),
              found.end());
  if (found.empty()) throw_unknown(index, specification);
  return found;
}

std::string available_packages(const PackageIndex& index, const std::string& regexp) {
  std::optional<SearchPattern> pattern;
  if (!regexp.empty()) pattern.emplace(regexp);
  std::vector<const IndexedPackage*> packages;
  for (const IndexedPackage& package : index.packages()) {
    const std::vector<std::string_view> systems = split_text(package.systems, ' ');
    const bool is_supported =
        std::find(systems.begin(), systems.end(), index.system()) != systems.end();
    if (is_supported && package.hidden.empty() && package.superseded.empty() &&
        (!pattern || pattern->score(package.name) > 0))
      packages.push_back(&package);
  }
  std::stable_sort(packages.begin(), packages.end(), [](const auto* a, const auto* b) {
    return a->name != b->name ? a->name < b->name : is_newer_version(a->version, b->version);
  });
  std::vector<TableRow> rows;
  for (const IndexedPackage* package : packages)
    rows.push_back({std::string(package->name), std::string(package->version),
                    output_names(*package), std::string(package->location)});
  return table_text(rows);
}

}  // namespace nacre::cli
