// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/builtin.hpp"

#include <cassert>

#include "base/error.hpp"
#include "build/builtins.hpp"

namespace nacre {
namespace {

std::map<std::string, BuiltinBuilder>& registry() {
  static std::map<std::string, BuiltinBuilder> builders;
  return builders;
}

}  // namespace

const std::string& BuiltinContext::variable(const std::string& name) const {
  auto entry = derivation.environment.find(name);
  if (entry == derivation.environment.end()) {
    throw Error("derivation `{}' ({}) lacks the variable `{}'", derivation.name, derivation.builder,
                name);
  }
  return entry->second;
}

std::string BuiltinContext::input(std::string_view path) const {
  StorePath item = StorePath::containing(path);
  if (!input_closure.contains(item)) {
    throw Error("`{}' is not an input of derivation `{}'", path, derivation.name);
  }
  return store.physical(path);
}

void register_builtin_builder(const std::string& name, BuiltinBuilder builder) {
  [[maybe_unused]] bool is_new = registry().emplace(name, std::move(builder)).second;
  assert(is_new);
}

const BuiltinBuilder* find_builtin_builder(const std::string& name) {
  auto entry = registry().find(name);
  return entry == registry().end() ? nullptr : &entry->second;
}

std::vector<std::string> builtin_builder_names() {
  std::vector<std::string> names;
  for (const auto& [name, builder] : registry()) names.push_back(name);
  return names;
}

void register_base_builtins() {
  register_builtin_builder("download", build_download);
  register_builtin_builder("git-download", build_git_download);
  register_builtin_builder("unpack-deb", build_unpack_deb);
}

}  // namespace nacre
