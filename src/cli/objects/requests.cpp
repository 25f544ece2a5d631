// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/objects/requests.hpp"

#include <cstdio>

#include "cli/options.hpp"
#include "cli/render.hpp"

namespace nacre::cli {

namespace {

/// What the Scheme list of `(drv-path output …)` lists and store paths asks to be built.
std::vector<BuildRequest> to_build_requests(const guile::Value& list) {
  std::vector<BuildRequest> requests;
  for (const guile::Value& item : guile::to_vector(list)) {
    if (guile::is_string(item)) {
      requests.push_back({StorePath(guile::to_string(item)), {}});
      continue;
    }
    const std::vector<guile::Value> parts = guile::to_vector(item);
    BuildRequest request{StorePath(guile::to_string(parts.at(0))), {}};
    for (std::size_t i = 1; i < parts.size(); ++i)
      request.outputs.insert(guile::to_string(parts[i]));
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace

std::vector<BuildRequest> lower_objects(Session& session, const Objects& objects,
                                        const Platform& platform, bool sources,
                                        const Transformations& transformations) {
  session.start_language();
  return to_build_requests(
      guile::apply(guile::reference("(nacre commands)", "objects->requests"),
                   {session.store_connection(), to_scheme_list(objects.specifications),
                    evaluate_objects(objects), evaluate_manifests(objects),
                    or_false(platform.system), or_false(platform.target), guile::to_scheme(sources),
                    guile::keyword("transformations"), to_scheme_options(transformations)}));
}

std::vector<BuildRequest> lower_related(Session& session, const SelectedObjects& objects,
                                        const Platform& platform, const RelatedPackages& related) {
  const guile::Value manifest = evaluate_to_manifest(session, objects, platform);
  const guile::Value depth =
      related.depth ? guile::to_scheme(*related.depth) : guile::to_scheme(false);
  return to_build_requests(
      guile::apply(guile::reference("(nacre related-packages)", "related-requests"),
                   {session.store_connection(), manifest,
                    guile::to_scheme(related.kind.empty() ? "packages" : related.kind), depth,
                    or_false(platform.system), or_false(platform.target)}));
}

std::vector<StorePath> requested_paths(DerivationCache& cache,
                                       const std::vector<BuildRequest>& requests) {
  std::vector<StorePath> paths;
  for (const BuildRequest& request : requests) {
    if (!request.path.is_derivation()) {
      paths.push_back(request.path);
      continue;
    }
    const auto derivation = cache.read(request.path);
    for (const auto& [name, output] : derivation->outputs)
      if (request.outputs.empty() || request.outputs.contains(name)) paths.push_back(*output.path);
  }
  return paths;
}

void print_plan(Session& session, const std::vector<BuildRequest>& requests) {
  const BuildPlan plan = plan_build(*session.store(), session.derivations(), requests,
                                    session.build_options, session.reporter());
  if (!plan.unknown.empty()) {
    fmt::print(stderr, "Nothing tells how to make these:\n");
    for (const StorePath& path : plan.unknown) fmt::print(stderr, "  {}\n", path.text());
  }
  if (!plan.to_fetch.empty()) {
    std::uint64_t size = 0;
    for (const SubstituteInfo& item : plan.to_fetch) size += item.download_size;
    fmt::print(stderr, "The following items would be downloaded ({}):\n", human_size(size));
    for (const SubstituteInfo& item : plan.to_fetch) fmt::print(stderr, "  {}\n", item.path.text());
  }
  if (plan.to_build.empty()) return;
  fmt::print(stderr, "The following derivations would be built:\n");
  for (const StorePath& path : plan.to_build) fmt::print(stderr, "  {}\n", path.text());
}

}  // namespace nacre::cli
