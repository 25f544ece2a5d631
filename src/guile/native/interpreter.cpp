// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.hpp"
#include "guile/convert.hpp"
#include "guile/exception.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

SCM nearest(SCM name, SCM candidates, SCM limit) {
  const std::string wanted = string_from(name);
  std::vector<std::string> names;
  for_each(candidates, [&](SCM candidate) { names.push_back(string_from(candidate)); });
  const std::size_t edits =
      is_unset(limit) ? likely_edits(wanted) : count_from(limit, "the number of edits");
  const auto found = nearest_name(wanted, names, edits);
  return found ? make_string(*found) : SCM_BOOL_F;
}

void definitions() {
  define_native<&nearest>("nearest-name", 1);
  define_native_value("current-form", current_form_fluid());
}

}  // namespace

void define_interpreter_module() {
  define_native_module("nacre interpreter", definitions);
}

}  // namespace nacre::guile
