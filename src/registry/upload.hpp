// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "registry/http.hpp"
#include "registry/push_cache.hpp"
#include "registry/repository.hpp"

namespace nacre::registry {

/// Contents with the digest that names them in a registry.
struct Blob {
  std::string digest;  ///< "sha256:…"
  Contents contents;
};

/// Notes that the repository has a blob, for pushes to others of the same registry.
void note_place(const PushCache& cache, const Repository& repository, const std::string& digest);

bool has_blob(Connection& connection, const std::string& digest);

/// Uploads a blob piece by piece, and goes on from where the registry is when a connection breaks,
/// or when an earlier run was interrupted; or has the registry take it from another repository that
/// is noted to have it. `on_progress` gets how many bytes are there. Error when the registry
/// refuses it, or breaks off again and again.
void upload_blob(Connection& connection, const PushCache& cache, const Blob& blob,
                 const std::function<void(std::uint64_t)>& on_progress);

}  // namespace nacre::registry
