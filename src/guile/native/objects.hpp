// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "base/progress.hpp"
#include "builds/options.hpp"
#include "derivation/derivation.hpp"
#include "guile/guile.hpp"
#include "store/local_store.hpp"

/// Engine objects as Scheme values. Each holds a share of its object. When the garbage collector
/// has found the value unreachable, the share is given back by the main thread, some time later.
namespace nacre::guile {

/// A store that is open, and the derivations read from it.
struct OpenStore {
  std::shared_ptr<LocalStore> store;
  std::shared_ptr<DerivationCache> derivations;
  const BuildOptions* build_options;  ///< borrowed; those that a program does not choose
  Reporter* reporter;                 ///< borrowed
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
  /// Before its path is shown to others: the file is in the store then.
  void settle() const {
    if (cache) cache->store().flush();
  }
};

void define_object_types();  ///< before any of the others

/// Chooses the store that programs open from now on; it is kept where Scheme keeps it, in a
/// variable of the module (nacre store).
void open_for_programs(OpenStore store);
void close_for_programs();
/// That store, as an object; #f if there is none.
SCM store_for_programs();
bool is_store_object(SCM value);
/// Error unless `value` is a store. Lives as long as `value`.
OpenStore& store_from(SCM value);

SCM make_derivation_object(StoredDerivation derivation);
bool is_derivation_object(SCM value);
/// Error unless `value` is a derivation, which may be deferred still. Lives as long as `value`.
const StoredDerivation& derivation_from(SCM value);

}  // namespace nacre::guile
