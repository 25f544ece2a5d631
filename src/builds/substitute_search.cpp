// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/substitute_search.hpp"

namespace nacre {

SubstituteSearch::SubstituteSearch(const LocalStore& store, const BuildOptions& options,
                                   Reporter& reporter)
    : find_([&](const StorePathSet& paths) {
        if (!options.substitutes) return SubstituteMap{};
        return find_substitutes(store, paths, options.substitute_urls, reporter);
      }) {}

void SubstituteSearch::look_up(const StorePathSet& paths) {
  std::lock_guard lock(mutex_);
  StorePathSet fresh;
  for (const auto& path : paths)
    if (answers_.try_emplace(path).second) fresh.insert(path);
  if (fresh.empty()) return;
  auto found = find_(fresh);
  for (auto& [path, substitute] : found) answers_[path] = std::move(substitute);
}

std::shared_ptr<const Substitute> SubstituteSearch::find(const StorePath& path) const {
  std::lock_guard lock(mutex_);
  auto answer = answers_.find(path);
  return answer == answers_.end() ? nullptr : answer->second;
}

void SubstituteSearch::refuse(const StorePath& path) {
  std::lock_guard lock(mutex_);
  answers_[path] = nullptr;
}

}  // namespace nacre
