// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/language.hpp"

#include "guile/native/objects.hpp"

namespace nacre::guile {

Language::Language(const Setup& setup, Surroundings surroundings) {
  if (!is_initialized()) initialize(setup);
  open_for_programs(OpenStore{std::move(surroundings.store), std::move(surroundings.derivations),
                              &surroundings.build_options, &surroundings.reporter});
}

Language::~Language() {
  try {
    close_for_programs();
  } catch (const std::exception&) {
    // Programs find no store that is open any more, or the one that was.
  }
}

Value Language::connection() const {
  return apply(reference("(guix store)", "open-connection"), {});
}

}  // namespace nacre::guile
