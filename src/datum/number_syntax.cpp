// SPDX-License-Identifier: GPL-3.0-or-later
#include "datum/number_syntax.hpp"

#include <algorithm>
#include <cctype>

namespace nacre {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Consumes the parts of a number from the front of a token.
class NumberScanner {
 public:
  explicit NumberScanner(std::string_view token) : rest_(token) {}

  bool is_complex() {
    const bool has_sign = take_sign();
    if (has_sign && take_last_i()) return true;
    if (!take_unsigned_real(has_sign)) return false;
    if (rest_.empty()) return true;
    if (has_sign && take_last_i()) return true;
    if (take('@')) {
      const bool angle_has_sign = take_sign();
      return take_unsigned_real(angle_has_sign) && rest_.empty();
    }
    if (!take_sign()) return false;
    if (take_last_i()) return true;
    return take_unsigned_real(true) && take_last_i();
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_sign() { return take('+') || take('-'); }

  /// The i of an imaginary part, which ends the token.
  bool take_last_i() {
    if (rest_ != "i" && rest_ != "I") return false;
    rest_ = {};
    return true;
  }

  bool take_word(std::string_view word) {
    const bool same = rest_.size() >= word.size() &&
                      std::equal(word.begin(), word.end(), rest_.begin(), [](char a, char b) {
                        return a == std::tolower(static_cast<unsigned char>(b));
                      });
    if (same) rest_.remove_prefix(word.size());
    return same;
  }

  std::string_view take_digits() {
    const auto* end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    return digits;
  }

  /// `#` stands for digits that are not known.
  void take_placeholders() {
    while (take('#')) continue;
  }

  bool take_unsigned_real(bool has_sign) {
    if (has_sign && (take_word("inf.0") || take_word("nan.0"))) return true;
    if (take('.')) {
      if (take_digits().empty()) return false;
      take_placeholders();
      return take_exponent();
    }
    if (take_digits().empty()) return false;
    take_placeholders();
    if (take('/')) return take_denominator();
    if (take('.')) {
      take_digits();
      take_placeholders();
    }
    return take_exponent();
  }

  bool take_denominator() {
    const std::string_view digits = take_digits();
    take_placeholders();
    return digits.find_first_not_of('0') != std::string_view::npos;
  }

  /// True if there is none, or a complete one.
  bool take_exponent() {
    constexpr std::string_view markers = "eEsSfFdDlL";
    if (rest_.empty() || markers.find(rest_[0]) == std::string_view::npos) return true;
    rest_.remove_prefix(1);
    take_sign();
    return !take_digits().empty();
  }

  std::string_view rest_;
};

}  // namespace

bool is_decimal_number(std::string_view token) {
  return NumberScanner(token).is_complex();
}

}  // namespace nacre
