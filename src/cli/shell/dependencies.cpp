// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/dependencies.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "cli/shell/file_state.hpp"
#include "cli/shell/text_fields.hpp"

namespace nacre::cli {

namespace {

using Kind = Dependency::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 8> kind_names{
    {{Kind::contents, "contents"},
     {Kind::status, "status"},
     {Kind::link, "link"},
     {Kind::names, "names"},
     {Kind::tree, "tree"},
     {Kind::modules, "modules"},
     {Kind::variable, "variable"},
     {Kind::working_directory, "directory"}}};

std::string variable_state(const std::optional<std::string>& value) {
  return value ? hash_bytes(HashAlgorithm::sha256, *value).nix_base32() : std::string(no_state);
}

std::string present_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return variable_state(value == nullptr ? std::nullopt : std::optional<std::string>(value));
}

std::string state_of(Kind kind, const std::string& name, timespec* newest) {
  switch (kind) {
    case Kind::contents:
      return contents_state(name);
    case Kind::status:
      return status_state(name);
    case Kind::link:
      return link_state(name);
    case Kind::names:
      return names_state(name, newest);
    case Kind::tree:
      return tree_state(name, newest);
    case Kind::modules:
      return modules_state(name, newest);
    case Kind::variable:
      return present_variable(name);
    case Kind::working_directory:
      return absolute_path(".");
  }
  return {};
}

Kind kind_of(guile::InputKind kind) {
  switch (kind) {
    case guile::InputKind::contents:
      return Kind::contents;
    case guile::InputKind::status:
      return Kind::status;
    case guile::InputKind::link:
      return Kind::link;
    case guile::InputKind::names:
      return Kind::names;
    case guile::InputKind::tree:
      return Kind::tree;
  }
  return Kind::contents;
}

/// Observes one file after the other, and how late any of them was changed.
class Observer {
 public:
  Dependency observe(Kind kind, const std::string& name) {
    Dependency dependency{kind, name, state_of(kind, name, &newest_), {}};
    if (kind == Kind::contents) dependency.stamp = file_stamp(name, &newest_);
    if (kind == Kind::status || kind == Kind::link) file_stamp(name, &newest_);
    return dependency;
  }
  const timespec& newest() const { return newest_; }

 private:
  timespec newest_{};
};

/// A change within the tick of a file system's clock in which its last one was leaves the same
/// times. Those that have no fractions of seconds are taken to have ticks of two.
bool is_surely_before(const timespec& change, const timespec& start) {
  constexpr long long tick = 20'000'000;
  constexpr long long coarse_tick = 2'000'000'000;
  const long long nanoseconds =
      (start.tv_sec - change.tv_sec) * 1'000'000'000LL + start.tv_nsec - change.tv_nsec;
  return nanoseconds > (change.tv_nsec == 0 ? coarse_tick : tick);
}

}  // namespace

Dependency observe(Kind kind, const std::string& name) {
  return Observer().observe(kind, name);
}

bool is_unchanged(const Dependency& dependency) {
  if (!dependency.stamp.empty() && file_stamp(dependency.name, nullptr) == dependency.stamp)
    return true;
  try {
    return state_of(dependency.kind, dependency.name, nullptr) == dependency.state;
  } catch (const Error&) {
    return false;  // it cannot be looked at any more
  }
}

std::vector<Dependency> observe_inputs(const guile::Inputs& inputs,
                                       const std::vector<Dependency>& more, const timespec& start) {
  if (!inputs.unrepeatable.empty()) throw Error("the code {}", inputs.unrepeatable);
  Observer observer;
  std::vector<Dependency> dependencies;
  if (inputs.working_directory)
    dependencies.push_back(observer.observe(Kind::working_directory, ""));
  for (const auto& [name, value] : inputs.variables)
    dependencies.push_back({Kind::variable, name, variable_state(value), {}});
  for (const Dependency& dependency : more)
    dependencies.push_back(observer.observe(dependency.kind, dependency.name));
  for (const auto& [kind, name] : inputs.files)
    dependencies.push_back(observer.observe(kind_of(kind), name));
  if (!is_surely_before(observer.newest(), start))
    throw Error("a file that it depends on has just been changed");
  return dependencies;
}

std::string write_dependency(const Dependency& dependency) {
  std::string_view word;
  for (const auto& [kind, name] : kind_names)
    if (kind == dependency.kind) word = name;
  return join_fields({std::string(word), dependency.state, dependency.stamp, dependency.name});
}

Dependency read_dependency(std::string_view line) {
  const std::vector<std::string> fields = split_fields(line);
  for (const auto& [kind, name] : kind_names)
    if (fields.size() == 4 && fields[0] == name) return {kind, fields[3], fields[1], fields[2]};
  throw Error("'{}' does not describe a dependency", line);
}

}  // namespace nacre::cli
