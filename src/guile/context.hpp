// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "builds/options.hpp"
#include "derivation/derivation.hpp"
#include "store/store.hpp"

namespace nacre::guile {

/// What the native modules work with: the store that `(open-store)` opens, and how builds go when
/// a program does not say otherwise. Set by the command line before anything asks; main thread.
struct Context {
  std::shared_ptr<Store> store;
  std::shared_ptr<DerivationCache> derivations;
  BuildOptions build_options;
  Reporter* reporter = nullptr;  ///< borrowed for the life of the process; nullptr: says nothing
  std::shared_ptr<DeferredTexts> texts = {};  ///< on their way into `store`; set_context makes it
};

void set_context(Context context);
/// Whether a store was chosen.
bool has_context();
/// Error when no store was chosen.
const Context& context();

}  // namespace nacre::guile
