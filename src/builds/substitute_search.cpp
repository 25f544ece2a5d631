// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/substitute_search.hpp"

namespace nacre {

void SubstituteSearch::look_up(const StorePathSet& paths) {
  if (!options_.substitutes || options_.substitute_urls.empty()) return;
  std::lock_guard lock(mutex_);
  StorePathSet fresh;
  for (const auto& path : paths)
    if (answers_.try_emplace(path).second) fresh.insert(path);
  auto found = find_substitutes(store_, fresh, options_.substitute_urls, reporter_);
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
