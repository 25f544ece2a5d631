// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/challenge.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace nacre::registry {
namespace {

bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return std::isalnum(static_cast<unsigned char>(c)) || others.find(c) != std::string_view::npos;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Takes the header apart, as RFC 9110 has it: SCHEME NAME=VALUE, NAME="VALUE", SCHEME …
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::vector<Challenge> parse() {
    for (skip_separators(); !rest_.empty(); skip_separators()) {
      const std::string name = lower_case(token());
      if (name.empty()) break;
      if (!parse_rest(name)) break;
    }
    return std::move(challenges_);
  }

 private:
  /// What follows a name tells whether that is a scheme or a parameter. False if it is neither.
  bool parse_rest(const std::string& name) {
    const bool has_space = skip_spaces();
    if (!rest_.starts_with('=')) {
      if (!has_space && !rest_.empty() && rest_.front() != ',') return false;
      challenges_.push_back({name, {}});
      return true;
    }
    rest_.remove_prefix(1);
    skip_spaces();
    const std::optional<std::string> value =
        rest_.starts_with('"') ? quoted() : std::optional(std::string(token()));
    if (!value || challenges_.empty()) return false;
    challenges_.back().parameters.emplace(name, *value);
    return true;
  }

  bool skip_spaces() {
    const std::size_t count = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }
  void skip_separators() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t,"), rest_.size()));
  }

  std::string_view token() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
    const std::string_view result = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(result.size());
    return result;
  }

  std::optional<std::string> quoted() {
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      value += rest_[i];
    }
    return {};
  }

  std::string_view rest_;
  std::vector<Challenge> challenges_;
};

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  return Parser(header).parse();
}

}  // namespace nacre::registry
