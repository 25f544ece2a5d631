// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/address_list.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace nacre {
namespace {

class AddressParser {
 public:
  explicit AddressParser(std::string_view text) : text_(text), rest_(text) {}

  std::vector<std::string> parse() {
    skip_space();
    if (!rest_.starts_with('(') && !rest_.starts_with('"')) return {std::string(text_)};
    bool is_list = rest_.starts_with('(');
    if (is_list) rest_.remove_prefix(1);
    std::vector<std::string> addresses;
    for (skip_space(); rest_.starts_with('"'); skip_space()) addresses.push_back(take_string());
    if (is_list) {
      if (!rest_.starts_with(')')) refuse();
      rest_.remove_prefix(1);
      skip_space();
    }
    if (!rest_.empty() || addresses.empty() || (!is_list && addresses.size() > 1)) refuse();
    return addresses;
  }

 private:
  [[noreturn]] void refuse() { throw Error("`{}' is no list of addresses", text_); }

  void skip_space() {
    std::size_t start = rest_.find_first_not_of(" \t\n");
    rest_.remove_prefix(std::min(start, rest_.size()));
  }

  /// Only what addresses can hold: a quote and a backslash are the escapes there are.
  std::string take_string() {
    std::string result;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return result;
      }
      if (rest_[i] == '\\') {
        ++i;
        if (i == rest_.size() || (rest_[i] != '"' && rest_[i] != '\\')) refuse();
      }
      result += rest_[i];
    }
    refuse();
  }

  std::string_view text_;
  std::string_view rest_;
};

}  // namespace

std::vector<std::string> parse_address_list(std::string_view text) {
  return AddressParser(text).parse();
}

}  // namespace nacre
