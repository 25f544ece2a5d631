// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "derivation/derivation.hpp"
#include "guile/guile.hpp"

/// Engine objects as Scheme values. Each holds a share of its object. When the garbage collector
/// has found the value unreachable, the share is given back by the main thread, some time later.
namespace nacre::guile {

/// A store that is open, and the derivations read from it.
struct OpenStore {
  std::shared_ptr<Store> store;
  std::shared_ptr<DerivationCache> derivations;
  std::shared_ptr<DeferredTexts> texts;
};

/// A derivation: one that lies in a store, or is on its way there, and is read again when more of
/// it is asked for than its outputs; or one that a program has the text of.
struct StoredDerivation {
  StorePath path;
  std::vector<std::pair<std::string, StorePath>> outputs;  ///< names and paths
  std::shared_ptr<DerivationCache> cache;                  ///< of its store
  std::shared_ptr<const Derivation> own;                   ///< instead of that

  StoredDerivation(StorePath path, const Derivation& derivation,
                   std::shared_ptr<DerivationCache> cache);
  StoredDerivation(StorePath path, std::shared_ptr<const Derivation> own);
  std::shared_ptr<const Derivation> read() const { return own ? own : cache->read(path); }
  /// nullptr if there is no output of that name.
  const StorePath* output(std::string_view name) const;
};

void define_object_types();  ///< before any of the others

SCM make_store_object(OpenStore store);
bool is_store_object(SCM value);
/// Error unless `value` is a store. What was deferred is in the store. Lives as long as `value`.
OpenStore& store_from(SCM value);
/// The same without writing them, for callers that only defer more.
OpenStore& deferring_store_from(SCM value);

SCM make_derivation_object(StoredDerivation derivation);
bool is_derivation_object(SCM value);
/// Error unless `value` is a derivation, which may be deferred still. Lives as long as `value`.
const StoredDerivation& derivation_from(SCM value);

}  // namespace nacre::guile
