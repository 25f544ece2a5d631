// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "pack/pack_options.hpp"

namespace nacre::guile {
namespace {

SCM kind_symbol(OptionKind kind) {
  switch (kind) {
    case OptionKind::text:
      return make_symbol("text");
    case OptionKind::texts:
      return make_symbol("texts");
    case OptionKind::number:
      return make_symbol("number");
    case OptionKind::file:
      return make_symbol("file");
    case OptionKind::flag:
      return make_symbol("flag");
    case OptionKind::count:
      return make_symbol("count");
  }
  return SCM_BOOL_F;
}

/// (KEYWORD KIND VARIABLE WHAT ITEM); VARIABLE is #f if it is the format's to make.
SCM make_option(const PackOption& option) {
  const bool same_name = option.passing == OptionPassing::same_name;
  return scm_list_5(scm_symbol_to_keyword(make_symbol(option.keyword)), kind_symbol(option.kind),
                    same_name ? make_string(option.keyword) : SCM_BOOL_F, make_string(option.what),
                    make_string(option.item));
}

SCM make_format(const PackFormat& format) {
  SCM options = SCM_EOL;
  for (auto group = format.groups.rbegin(); group != format.groups.rend(); ++group)
    options = scm_append(scm_list_2(make_list((*group)->options, make_option), options));
  return scm_cons(make_symbol(format.name), options);
}

/// (pack-format-options): for each format, its name and the options that not all formats have.
SCM pack_format_options() {
  return make_list(pack_formats(), make_format);
}

void definitions() {
  define_native<&pack_format_options>("pack-format-options");
}

}  // namespace

void define_format_options_module() {
  define_native_module("nacre format-options", definitions);
}

}  // namespace nacre::guile
