// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "builds/builder.hpp"
#include "cli/objects/objects.hpp"

namespace nacre::cli {

/// Starts the language and lowers the objects, or the sources of the packages among them, to what
/// to ask of the store. The transformations change packages first.
std::vector<BuildRequest> lower_objects(Session& session, const Objects& objects,
                                        const Platform& platform, bool sources = false,
                                        const Transformations& transformations = {});

/// The output paths that the requests stand for, in order.
std::vector<StorePath> requested_paths(DerivationCache& cache,
                                       const std::vector<BuildRequest>& requests);

/// Prints on standard error what building the requests would do.
void print_plan(Session& session, const std::vector<BuildRequest>& requests);

}  // namespace nacre::cli
