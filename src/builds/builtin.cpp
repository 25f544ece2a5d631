// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/builtin.hpp"

#include <cassert>

#include "base/error.hpp"
#include "builds/builtins.hpp"

namespace nacre {
namespace {

std::map<std::string_view, const Builtin*>& registry() {
  static std::map<std::string_view, const Builtin*> builtins;
  return builtins;
}

constexpr Builtin base_builtins[] = {
    {.name = "download", .run = build_download, .unit = Reporter::Unit::bytes, .is_download = true},
    {.name = "git-download",
     .run = build_git_download,
     .unit = Reporter::Unit::items,
     .is_download = true},
    {.name = "unpack-deb", .run = build_unpack_deb},
};

}  // namespace

const std::string& BuiltinContext::variable(const std::string& name) const {
  auto entry = derivation.environment.find(name);
  if (entry == derivation.environment.end()) {
    throw Error("derivation '{}' ({}) lacks the variable '{}'", derivation.name, derivation.builder,
                name);
  }
  return entry->second;
}

std::string BuiltinContext::input(std::string_view path) const {
  StorePath item = StorePath::containing(path);
  if (!input_closure.contains(item)) {
    throw Error("'{}' is not an input of derivation '{}'", path, derivation.name);
  }
  return store.physical(path);
}

void register_builtins(std::span<const Builtin> builtins) {
  for (const Builtin& builtin : builtins) {
    [[maybe_unused]] bool is_new = registry().emplace(builtin.name, &builtin).second;
    assert(is_new);
  }
}

const Builtin* find_builtin(const Derivation& derivation) {
  const auto name = derivation.builtin_name();
  if (!name) return nullptr;
  auto entry = registry().find(*name);
  return entry == registry().end() ? nullptr : entry->second;
}

std::vector<std::string_view> builtin_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, builtin] : registry()) names.push_back(name);
  return names;
}

void check_builtin_version(const Builtin& builtin, const BuiltinContext& context) {
  if (builtin.version.empty()) return;
  const std::string& version = context.variable("builtin-version");
  if (version != builtin.version)
    throw Error("this program builds version {} of {}, not version {}", builtin.version,
                context.derivation.builder, version)
        .hint("use the version of nacre that made the derivation");
}

void register_base_builtins() {
  register_builtins(base_builtins);
}

}  // namespace nacre
