// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "derivation/derivation.hpp"

namespace nacre {

/// Error unless the output paths of `derivation`, and the variables named after its outputs, are
/// those that its text and its inputs give. Inputs must be readable through the cache.
void check_own_outputs(const Derivation& derivation, DerivationCache& cache);

/// Has every store that this process opens check derivations on intake (see
/// store/derivation_check.hpp). Called from main only.
void register_derivation_intake();

}  // namespace nacre
