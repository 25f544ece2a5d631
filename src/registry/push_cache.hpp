// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace nacre::registry {

/// Short notes for the next run of the program, each in a file for its owner alone. Losing them
/// costs time and nothing else: what fails here is not a failure. Thread-safe for different names.
class Notes {
 public:
  /// Keeps them in `directory`, or nowhere if that is empty; forgets what is older than a month.
  explicit Notes(std::string directory);

  std::optional<std::string> find(const std::string& name) const;
  void remember(const std::string& name, const std::string& text) const noexcept;
  void forget(const std::string& name) const noexcept;

 private:
  std::string file(const std::string& name) const;

  std::string directory_;
};

/// What earlier pushes know, in $XDG_CACHE_HOME/nacre/push or ~/.cache/nacre/push.
struct PushCache {
  PushCache();
  explicit PushCache(const std::string& directory);

  Notes uploads;  ///< by the blob's address: where its upload, which is under way, goes on
  Notes places;   ///< by registry and digest: a repository that has the blob
};

}  // namespace nacre::registry
