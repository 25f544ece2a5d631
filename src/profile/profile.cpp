// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/profile.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/environment.hpp"
#include "profile/search_path.hpp"
#include "profile/union.hpp"

namespace nacre {
namespace {

/// The packages as the variable lists them, each checked to be an input.
std::vector<std::string> packages(const BuiltinContext& context) {
  context.variable("packages");  // it must be there, empty or not
  std::vector<std::string> paths = variable_words(context.derivation, "packages");
  for (const std::string& path : paths) {
    if (!StorePath::is_valid(path))
      throw Error("'{}' among the packages of a profile is not a store path", path);
    context.input(path);
  }
  return paths;
}

bool wants_relative_links(const Derivation& derivation) {
  std::string value = derivation.variable("relative-links").value_or("");
  if (!value.empty() && value != "1")
    throw Error("'{}' is not a value of relative-links: 1 is, or nothing", value);
  return value == "1";
}

}  // namespace

void build_profile(const BuiltinContext& context) {
  const StorePath& path = context.derivation.output_path();
  const std::string& physical = context.outputs.at("out");
  StoreFiles files(context.store);

  UnionOptions options;
  options.destination = path.text();
  options.relative_links = wants_relative_links(context.derivation);
  options.own_directories = {"etc"};
  options.reserved = {"manifest", "etc/profile"};
  options.warn = [](std::string_view text) { fmt::print("warning: {}\n", text); };
  make_union(files, packages(context), physical, options);

  write_file_atomically(physical + "/manifest", context.variable("manifest"));
  auto search_paths = parse_search_paths(context.variable("search-paths"));
  files.place(path, physical);
  auto variables = evaluate_search_paths(files, path.text(), search_paths);
  write_file_atomically(physical + "/etc/profile", shell_profile(path.text(), variables));
}

void register_profile_builtins() {
  static constexpr Builtin builtins[] = {{.name = "profile", .run = build_profile, .version = "1"}};
  register_builtins(builtins);
}

}  // namespace nacre
