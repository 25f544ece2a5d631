// SPDX-License-Identifier: GPL-3.0-or-later
#include "index/search.hpp"

#include <locale.h>
#include <regex.h>
#include <clocale>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"

namespace nacre {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_literal(std::string_view expression) {
  return !expression.empty() && std::all_of(expression.begin(), expression.end(), [](char c) {
    return c >= ' ' && c < 0x7f &&
           std::string_view(R"(\^$.[]|()?*+{})").find(c) == std::string_view::npos;
  });
}

/// Letters of all scripts have two cases, whatever the locale of the user. For this thread.
class Utf8Locale {
 public:
  Utf8Locale() : previous_(uselocale(locale())) {}
  ~Utf8Locale() { uselocale(previous_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t locale() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
    return utf8 != locale_t{} ? utf8 : LC_GLOBAL_LOCALE;
  }
  locale_t previous_;
};

bool is_common_output(std::string_view name) {
  constexpr std::array<std::string_view, 6> common{"out", "doc", "debug", "lib", "include", "bin"};
  return std::find(common.begin(), common.end(), name) != common.end();
}

/// "base" of "gnu/packages/base.scm:12:2".
std::string_view file_topic(std::string_view location) {
  std::string_view file = location.substr(0, location.find(':'));
  const std::size_t slash = file.rfind('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".scm")) file.remove_suffix(4);
  return file;
}

int score_outputs(const IndexedPackage& package, const SearchPattern& pattern) {
  int score = 0;
  for (const IndexedOutput& output : package_outputs(package))
    if (!is_common_output(output.name)) score += pattern.score(output.name);
  return score;
}

int score(const IndexedPackage& package, const SearchPattern& pattern) {
  const std::string_view upstream =
      package.upstream_name.empty() ? package.name : package.upstream_name;
  return 4 * pattern.score(package.name) + 3 * pattern.score(package.synopsis) +
         2 * pattern.score(upstream) + 2 * pattern.score(package.description) +
         score_outputs(package, pattern) + pattern.score(file_topic(package.location));
}

}  // namespace

struct SearchPattern::Compiled {
  regex_t expression{};

  explicit Compiled(const std::string& text) {
    const Utf8Locale utf8;
    const int failure = regcomp(&expression, text.c_str(), REG_EXTENDED | REG_ICASE);
    if (failure == 0) return;
    std::array<char, 200> reason{};
    regerror(failure, &expression, reason.data(), reason.size());
    throw Error("'{}' is not a regular expression: {}", text, reason.data())
        .hint("write \\ before a character that stands for itself, such as '\\+'");
  }
  ~Compiled() { regfree(&expression); }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;
};

SearchPattern::SearchPattern(const std::string& expression) {
  if (expression.find('\0') != std::string::npos)
    throw Error("a regular expression holds no null character");
  if (is_literal(expression)) {
    literal_ = expression;
    std::transform(literal_.begin(), literal_.end(), literal_.begin(), lower);
  } else {
    compiled_ = std::make_unique<Compiled>(expression);
  }
}

SearchPattern::~SearchPattern() = default;
SearchPattern::SearchPattern(SearchPattern&&) noexcept = default;
SearchPattern& SearchPattern::operator=(SearchPattern&&) noexcept = default;

std::vector<std::pair<std::size_t, std::size_t>> SearchPattern::matches(
    std::string_view text) const {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  if (!compiled_) {
    const auto same = [](char a, char b) { return lower(a) == b; };
    for (auto from = text.begin();;) {
      from = std::search(from, text.end(), literal_.begin(), literal_.end(), same);
      if (from == text.end()) return found;
      found.emplace_back(from - text.begin(), literal_.size());
      from += static_cast<std::ptrdiff_t>(literal_.size());
    }
  }
  const Utf8Locale utf8;
  const char* const data = text.empty() ? "" : text.data();
  for (std::size_t start = 0; start <= text.size();) {
    regmatch_t match{static_cast<regoff_t>(start), static_cast<regoff_t>(text.size())};
    const int flags = REG_STARTEND | (start > 0 ? REG_NOTBOL : 0);
    if (regexec(&compiled_->expression, data, 1, &match, flags) != 0) break;
    const auto begin = static_cast<std::size_t>(match.rm_so);
    const auto end = static_cast<std::size_t>(match.rm_eo);
    found.emplace_back(begin, end - begin);
    start = end > begin ? end : end + 1;
  }
  return found;
}

int SearchPattern::score(std::string_view text) const {
  int points = 0;
  for (const auto& [begin, length] : matches(text)) points += length == text.size() ? 5 : 1;
  return points;
}

int relevance(const IndexedPackage& package, const std::vector<SearchPattern>& patterns) {
  int total = 0;
  for (const SearchPattern& pattern : patterns) {
    const int points = score(package, pattern);
    if (points == 0) return 0;
    total += points;
  }
  return total;
}

std::vector<SearchResult> search_packages(const PackageIndex& index,
                                          const std::vector<SearchPattern>& patterns) {
  std::vector<SearchResult> results;
  for (const IndexedPackage& package : index.packages()) {
    if (!package.hidden.empty() || !package.superseded.empty()) continue;
    const int points = relevance(package, patterns);
    if (points > 0) results.push_back({&package, points});
  }
  // Of equals, Guix's order: names from the end of the alphabet.
  std::stable_sort(results.begin(), results.end(),
                   [](const SearchResult& a, const SearchResult& b) {
                     if (a.relevance != b.relevance) return a.relevance > b.relevance;
                     if (a.package->name != b.package->name)
                       return a.package->name > b.package->name;
                     return is_newer_version(a.package->version, b.package->version);
                   });
  return results;
}

}  // namespace nacre
