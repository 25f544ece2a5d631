// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "archive/nar.hpp"
#include "guile/guile.hpp"

namespace nacre::guile {

/// The filter that asks a Scheme procedure of a file name; none for #f. Main thread only.
inline PathFilter path_filter(SCM select) {
  if (SCM_UNBNDP(select) || scm_is_false(select)) return {};
  return [procedure = Value(select)](const std::string& path) {
    const Value name = to_scheme(std::string_view(path));
    return scm_is_true(call([&] { return scm_call_1(procedure.get(), name.get()); }));
  };
}

}  // namespace nacre::guile
