// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/objects/objects.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

/// Moves the element at `index` of `from` to the end of `to`.
void move_element(std::vector<std::string>& from, std::size_t& index,
                  std::vector<std::string>& to) {
  to.push_back(std::move(from.at(index)));
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
}

/// The packages that a file in JSON describes.
guile::Value load_json(const std::string& file) {
  return guile::apply(guile::reference("(nacre json-packages)", "json->packages"),
                      {guile::to_scheme(read_file(file)), guile::to_scheme(file)});
}

/// What the file evaluates to, and its name.
guile::Value evaluate_file(const Objects& objects, const std::string& file,
                           const std::vector<std::string>& modules) {
  const auto text = objects.texts.find(file);
  if (text == objects.texts.end())
    return guile::pair(guile::load(file, modules), guile::to_scheme(file));
  const std::string name = file == "-" ? "standard input" : file;
  return guile::pair(guile::evaluate(text->second, name, modules), guile::to_scheme(name));
}

}  // namespace

void add_object_options(CLI::App& command, Objects& objects, const ObjectsHelp& help) {
  command.add_option("-e,--expression", objects.expressions, "what EXPR evaluates to (repeatable)")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  command
      .add_option("-m,--manifest", objects.manifests,
                  "the packages of the manifest that FILE evaluates to (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command.add_option("PACKAGE", objects.specifications, help.specifications)->type_name("");
  command.add_option(help.file_names, objects.files, help.files)
      ->type_name("FILE")
      ->allow_extra_args(false);
}

void add_development_option(CLI::App& command, SelectedObjects& objects) {
  command.add_flag("-D,--development", objects.has_development,
                   "include the build inputs of the package that follows, not the package");
}

void separate_development_objects(const CLI::App& command, SelectedObjects& objects) {
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
        .hint(fmt::format("such as: nacre {} --development hello", command.get_name()));
}

guile::Value evaluate_objects(const Objects& objects) {
  const std::vector<std::string> modules{"(guix gexp)", "(guix packages)", "(guix profiles)",
                                         "(gnu packages)", "(nacre package-modules)"};
  std::vector<guile::Value> values;
  for (const std::string& expression : objects.expressions) {
    values.push_back(guile::pair(guile::evaluate(expression, "<expression>", modules),
                                 guile::to_scheme("the expression " + expression)));
  }
  for (const std::string& file : objects.files)
    values.push_back(file.ends_with(".json") ? guile::pair(load_json(file), guile::to_scheme(file))
                                             : evaluate_file(objects, file, modules));
  return guile::list(values);
}

guile::Value evaluate_manifests(const Objects& objects) {
  const std::vector<std::string> modules{"(guix profiles)", "(guix packages)", "(gnu packages)",
                                         "(nacre package-modules)"};
  std::vector<guile::Value> values;
  for (const std::string& file : objects.manifests)
    values.push_back(evaluate_file(objects, file, modules));
  return guile::list(values);
}

guile::Value evaluate_to_manifest(Session& session, const SelectedObjects& objects,
                                  const Platform& platform) {
  session.start_language();
  return guile::apply(
      guile::reference("(nacre commands)", "objects->manifest"),
      {to_scheme_list(objects.plain.specifications), evaluate_objects(objects.plain),
       evaluate_manifests(objects.plain), guile::keyword("development-specifications"),
       to_scheme_list(objects.development.specifications), guile::keyword("development-objects"),
       evaluate_objects(objects.development), guile::keyword("system"), or_false(platform.system),
       guile::keyword("target"), or_false(platform.target), guile::keyword("transformations"),
       to_scheme_options(objects.transformations)});
}

}  // namespace nacre::cli
