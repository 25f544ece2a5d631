// SPDX-License-Identifier: GPL-3.0-or-later
#include "derivation/derivation.hpp"

#include "base/error.hpp"

namespace nacre {

std::optional<std::string_view> Derivation::builtin_name() const {
  constexpr std::string_view prefix = "builtin:";
  if (!builder.starts_with(prefix)) return std::nullopt;
  return std::string_view(builder).substr(prefix.size());
}

bool Derivation::is_fixed_output() const {
  return outputs.size() == 1 && outputs.begin()->first == "out" &&
         outputs.begin()->second.hash.has_value();
}

const StorePath& Derivation::output_path(const std::string& output) const {
  auto found = outputs.find(output);
  if (found != outputs.end() && found->second.path) return *found->second.path;
  std::string names;
  for (const auto& [known, _] : outputs) names += (names.empty() ? "" : ", ") + known;
  throw Error("derivation '{}' has no output '{}'", name, output).hint("its outputs: " + names);
}

std::optional<std::string> Derivation::variable(const std::string& variable) const {
  auto found = environment.find(variable);
  if (found == environment.end()) return {};
  return found->second;
}

}  // namespace nacre
