// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/objects.hpp"

#include "base/error.hpp"
#include "guile/paths.hpp"

namespace nacre::cli {

namespace {

/// Moves the element at `index` of `from` to the end of `to`.
void move_element(std::vector<std::string>& from, std::size_t& index,
                  std::vector<std::string>& to) {
  to.push_back(std::move(from.at(index)));
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace

void add_pack_object_options(CLI::App& command, PackObjects& objects) {
  add_object_options(command, objects.plain, "packages, by name, name@version or name:output");
  command
      .add_option("--file", objects.plain.files,
                  "the packages that the code in FILE evaluates to (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command.add_flag("-D,--development", objects.has_development,
                   "include the build inputs of the package that follows, not the package");
}

void separate_development_objects(const CLI::App& command, PackObjects& objects) {
  struct Kind {
    std::vector<std::string>& plain;
    std::vector<std::string>& development;
    std::size_t next = 0;
  };
  Kind specifications{objects.plain.specifications, objects.development.specifications};
  Kind expressions{objects.plain.expressions, objects.development.expressions};
  Kind files{objects.plain.files, objects.development.files};
  bool is_development = false;
  for (const CLI::Option* option : command.parse_order()) {
    const std::string name = option->get_name();
    if (name == "--development") is_development = true;
    Kind* kind = name == "PACKAGE"        ? &specifications
                 : name == "--expression" ? &expressions
                 : name == "--file"       ? &files
                                          : nullptr;
    if (!kind) continue;
    if (is_development)
      move_element(kind->plain, kind->next, kind->development);
    else
      ++kind->next;
    is_development = false;
  }
  if (is_development)
    throw Error("--development stands before the package that it is about")
        .hint("such as: nacre pack --development hello");
}

guile::Value evaluate_pack_objects(Session& session, const PackObjects& objects,
                                   const std::string& system, const std::string& target) {
  session.store();
  session.start_language();
  return guile::apply(
      guile::reference("(nacre commands)", "objects->manifest"),
      {to_scheme_list(objects.plain.specifications), evaluate_objects(objects.plain),
       evaluate_manifests(objects.plain), guile::keyword("development-specifications"),
       to_scheme_list(objects.development.specifications), guile::keyword("development-objects"),
       evaluate_objects(objects.development), guile::keyword("system"), or_false(system),
       guile::keyword("target"), or_false(target)});
}

guile::Value add_provenance(const guile::Value& manifest) {
  const guile::Value state =
      guile::apply(guile::reference("(nacre provenance)", "read-channel-state"),
                   {guile::to_scheme(guile::channel_record())});
  return guile::apply(guile::reference("(nacre provenance)", "manifest-with-provenance"),
                      {manifest, state});
}

}  // namespace nacre::cli
