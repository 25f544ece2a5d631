// SPDX-License-Identifier: GPL-3.0-or-later
#include "derivation/derivation.hpp"
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"

namespace nacre::guile {
namespace {

constexpr std::string_view suffix = ".drv";

/// The name that the text of a derivation does not tell, but its outputs' paths do.
std::string name_from_outputs(std::string_view text) {
  const Derivation nameless = parse_derivation(text, "nameless");
  for (const auto& [output, value] : nameless.outputs) {
    if (!value.path) continue;
    std::string name(value.path->name());
    const std::string end = output == "out" ? "" : "-" + output;
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return nameless.name;
}

std::string name_from_path(const StorePath& path) {
  if (!path.is_derivation()) throw Error("'{}' is not the name of a derivation", path.text());
  return std::string(path.name().substr(0, path.name().size() - suffix.size()));
}

/// The derivation that `text` says; `path` may be #f: it is then where this text would lie.
SCM parse(SCM text, SCM path) {
  const std::string bytes = bytes_from(text);
  if (is_unset(path)) {
    auto derivation =
        std::make_shared<Derivation>(parse_derivation(bytes, name_from_outputs(bytes)));
    StorePath computed = derivation_path(*derivation);
    return make_derivation_object({std::move(computed), std::move(derivation)});
  }
  StorePath given = store_path_from(path);
  auto derivation = std::make_shared<Derivation>(parse_derivation(bytes, name_from_path(given)));
  return make_derivation_object({std::move(given), std::move(derivation)});
}

SCM text(SCM derivation) {
  return make_bytevector(write_derivation(*derivation_from(derivation).read()));
}

}  // namespace

void define_derivation_text() {
  define_native<&parse, Refusal::protocol>("parse-derivation");
  define_native<&text>("derivation-text");
}

}  // namespace nacre::guile
