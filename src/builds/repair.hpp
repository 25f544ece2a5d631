// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.hpp"
#include "builds/options.hpp"
#include "derivation/derivation.hpp"
#include "store/gc.hpp"

namespace nacre {

/// Makes the files of a valid path again, in spite of its validity: fetches them if a server of
/// `options` offers them, else builds one of its derivers. They are made beside what lies there and
/// take its place in one step. `waits` if that takes an input that is among `damaged`. Error, which
/// tells why and what to do, if it cannot be done.
Repair repair_item(LocalStore& store, DerivationCache& cache, const StorePath& path,
                   const StorePathSet& damaged, const BuildOptions& options, Reporter& reporter);

}  // namespace nacre
