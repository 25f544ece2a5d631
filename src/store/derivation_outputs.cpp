// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/derivation_outputs.hpp"

#include <array>
#include <optional>

namespace nacre {
namespace {

/// Takes `token` off the front of `text`; false if it is not there.
bool take(std::string_view& text, std::string_view token) {
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

/// Takes `"FIELD"`. Names, paths and hashes have nothing to escape.
std::optional<std::string_view> take_field(std::string_view& text) {
  if (!take(text, "\"")) return {};
  auto end = text.find('"');
  if (end == std::string_view::npos) return {};
  std::string_view field = text.substr(0, end);
  text.remove_prefix(end + 1);
  return field;
}

}  // namespace

std::map<std::string, StorePath> outputs_in_derivation(std::string_view text) {
  std::map<std::string, StorePath> outputs;
  if (!take(text, "Derive([")) return {};
  do {
    if (!take(text, "(")) return {};
    std::array<std::string_view, 4> fields;  // name, path, algorithm, hash
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0 && !take(text, ",")) return {};
      auto field = take_field(text);
      if (!field) return {};
      fields[i] = *field;
    }
    if (!take(text, ")") || !StorePath::is_valid(fields[1])) return {};
    outputs.emplace(fields[0], StorePath(fields[1]));
  } while (take(text, ","));
  return outputs;
}

}  // namespace nacre
