// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "base/progress.hpp"
#include "builds/options.hpp"
#include "derivation/derivation.hpp"
#include "guile/guile.hpp"
#include "store/local_store.hpp"

namespace nacre::guile {

/// What programs of the language work with: the store that `(open-store)` opens, and how builds go
/// when a program does not say otherwise.
struct Surroundings {
  std::shared_ptr<LocalStore> store;
  std::shared_ptr<DerivationCache> derivations;  ///< of `store`
  const BuildOptions& build_options;             ///< borrowed, and read whenever something is built
  Reporter& reporter;                            ///< borrowed
};

/// The language: a channel's modules over one store. Guile is started by the first one of the
/// process, with its channel, and cannot be stopped: a later one may have another store, and has
/// the same channel. One at a time; main thread.
class Language {
 public:
  Language(const Setup& setup, Surroundings surroundings);
  ~Language();
  Language(const Language&) = delete;
  Language& operator=(const Language&) = delete;

  /// The store as the channel's `(guix store)` sees it.
  Value connection() const;
};

}  // namespace nacre::guile
