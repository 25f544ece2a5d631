// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace nacre {

/// Checks the derivations that enter one store. The store does not know what a derivation says:
/// derivation/ does. Thread-safe.
class DerivationCheck {
 public:
  virtual ~DerivationCheck() = default;
  /// The outputs of the derivation that `text` says, by name. Error unless it lies where a text of
  /// `references` belongs, `references` are what it refers to, and its outputs are its own.
  virtual std::map<std::string, StorePath> check(const StorePath& path, std::string_view text,
                                                 const StorePathSet& references) = 0;
};

/// Makes the check of a store, which outlives it.
using MakeDerivationCheck = std::function<std::unique_ptr<DerivationCheck>(Store& store)>;

/// Registers what checks derivations. Called from main only, before any store is opened; a store
/// that was opened without takes no derivations.
void register_derivation_check(MakeDerivationCheck make);
std::unique_ptr<DerivationCheck> make_derivation_check(Store& store);

}  // namespace nacre
