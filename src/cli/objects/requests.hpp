// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "builds/builder.hpp"
#include "cli/objects/objects.hpp"

namespace nacre::cli {

/// Starts the language and lowers the objects, or the sources of the packages among them, to what
/// to ask of the store. The transformations change packages first.
std::vector<BuildRequest> lower_objects(Session& session, const Objects& objects,
                                        const Platform& platform, bool sources = false,
                                        const Transformations& transformations = {});

/// What is made of packages in place of themselves.
struct RelatedPackages {
  std::string kind;           ///< as (nacre related-packages) names it; "" for the packages
  std::optional<long> depth;  ///< of dependents
};
/// The same for what is related to the packages, development inputs included.
std::vector<BuildRequest> lower_related(Session& session, const SelectedObjects& objects,
                                        const Platform& platform, const RelatedPackages& related);

/// The output paths that the requests stand for, in order.
std::vector<StorePath> requested_paths(DerivationCache& cache,
                                       const std::vector<BuildRequest>& requests);

/// Prints on standard error what building the requests would do.
void print_plan(Session& session, const std::vector<BuildRequest>& requests);

}  // namespace nacre::cli
