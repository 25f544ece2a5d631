// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/options.hpp"

#include "cli/options.hpp"

namespace nacre::cli {

void PackOptions::add_option(CLI::App& command, Given& given) {
  const std::string names(given.option.flags);
  const std::string type(given.option.type);
  const std::string help(given.option.help);
  switch (given.option.kind) {
    case OptionKind::text:
    case OptionKind::file:
      command.add_option(names, given.text, help)->type_name(type);
      break;
    case OptionKind::texts:
      command.add_option(names, given.texts, help + " (repeatable)")
          ->type_name(type)
          ->allow_extra_args(false);
      break;
    case OptionKind::number:
      command.add_option(names, given.number, help)
          ->type_name(type)
          ->check(CLI::Range(given.option.lowest, given.option.highest));
      break;
    case OptionKind::flag:
      command.add_flag(names, given.flag, help);
      break;
    case OptionKind::count:
      command.add_flag(names, given.number, help);
      break;
  }
}

void PackOptions::add(CLI::App& command, const PackOptionGroup& group) {
  CLI::OptionDefaults& defaults = *command.option_defaults();
  const std::string usual = defaults.get_group();
  if (!group.title.empty()) defaults.group(std::string(group.title));
  for (const PackOption& option : group.options)
    add_option(command, all_.emplace_back(Given{option, {}, {}, 0, false}));
  defaults.group(usual);
}

void PackOptions::check() const {
  for (const Given& given : all_) {
    const auto check = given.option.check;
    if (!check) continue;
    if (!given.text.empty()) check(given.text);
    for (const std::string& text : given.texts) check(text);
  }
}

bool PackOptions::is_given(const Given& given) {
  return !given.text.empty() || !given.texts.empty() || given.number != 0 || given.flag;
}

guile::Value PackOptions::value(const Given& given) {
  switch (given.option.kind) {
    case OptionKind::text:
    case OptionKind::file:
      return guile::to_scheme(given.text);
    case OptionKind::texts:
      return to_scheme_list(given.texts);
    case OptionKind::number:
    case OptionKind::count:
      return guile::to_scheme(static_cast<long>(given.number));
    case OptionKind::flag:
      return guile::to_scheme(given.flag);
  }
  return {};
}

void PackOptions::append_keywords(std::vector<guile::Value>& arguments) const {
  for (const Given& given : all_) {
    if (!is_given(given)) continue;
    arguments.push_back(guile::keyword(given.option.keyword));
    arguments.push_back(value(given));
  }
}

}  // namespace nacre::cli
