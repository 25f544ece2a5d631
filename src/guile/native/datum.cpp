// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/scheme_data.hpp"

namespace nacre::guile {
namespace {

/// (read-scheme-data BYTES FILE): a list of the data that Guile's `read` would read from BYTES as
/// UTF-8, with source properties that name FILE.
SCM read_scheme_data(SCM text, SCM file) {
  return make_scheme_data(
      DataText(string_from(file), bytes_from(text), {.replaces_invalid = true}));
}

void definitions() {
  define_native<&read_scheme_data>("read-scheme-data");
}

}  // namespace

void define_datum_module() {
  define_native_module("nacre datum", definitions);
}

}  // namespace nacre::guile
