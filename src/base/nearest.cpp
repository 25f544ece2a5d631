// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nacre {
namespace {

/// The optimal string alignment distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

bool is_part(std::string_view name, std::string_view candidate) {
  const std::string between_hyphens = fmt::format("-{}-", name);
  return !name.empty() && fmt::format("-{}-", candidate).find(between_hyphens) != std::string::npos;
}

std::optional<std::string> shortest_with_part(std::string_view name,
                                              const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  for (const std::string& candidate : candidates) {
    if (!is_part(name, candidate)) continue;
    if (!best || std::pair(candidate.size(), candidate) < std::pair(best->size(), *best))
      best = candidate;
  }
  return best;
}

std::size_t difference(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates,
                                        std::size_t limit) {
  std::optional<std::string> best = shortest_with_part(name, candidates);
  if (best) return best;
  for (const std::string& candidate : candidates) {
    if (difference(candidate.size(), name.size()) > limit) continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance > limit || (best && distance == limit && *best <= candidate)) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}

std::size_t likely_edits(std::string_view name) {
  return std::max<std::size_t>(1, name.size() / 3);
}

}  // namespace nacre
