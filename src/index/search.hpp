// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "index/package_index.hpp"

/// Finding packages by what their texts say. Needs no language and no store.
namespace nacre {

/// An extended regular expression of POSIX that ignores case. Movable; threads may share one.
class SearchPattern {
 public:
  /// Error, which says what is wrong with it, if it is not well-formed.
  explicit SearchPattern(const std::string& expression);
  ~SearchPattern();
  SearchPattern(SearchPattern&&) noexcept;
  SearchPattern& operator=(SearchPattern&&) noexcept;

  /// The parts of `text` that match: where they begin and their lengths, which may be 0.
  std::vector<std::pair<std::size_t, std::size_t>> matches(std::string_view text) const;
  /// One point for each match, five for a match with the whole text.
  int score(std::string_view text) const;

 private:
  struct Compiled;
  std::string literal_;                 ///< lower case; what to look for if there is no operator
  std::unique_ptr<Compiled> compiled_;  ///< for all others
};

/// How well a package matches all patterns; 0 if one of them does not match at all. Points count
/// four times in the name, three times in the synopsis, twice in the description and the name that
/// the authors use, once in uncommon outputs and in the name of the file that defines it.
int relevance(const IndexedPackage& package, const std::vector<SearchPattern>& patterns);

struct SearchResult {
  const IndexedPackage* package;
  int relevance;
};

/// Packages that match, the most relevant first, without those that are hidden or deprecated. The
/// index has to outlive the results.
std::vector<SearchResult> search_packages(const PackageIndex& index,
                                          const std::vector<SearchPattern>& patterns);

}  // namespace nacre
