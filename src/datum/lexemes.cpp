// SPDX-License-Identifier: GPL-3.0-or-later
// What DatumReader reads without looking for other data in it.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/error.hpp"
#include "base/progress_text.hpp"
#include "base/utf8.hpp"
#include "datum/character_names.hpp"
#include "datum/datum_reader.hpp"
#include "datum/number_syntax.hpp"

namespace nacre {
namespace {

/// What ends a symbol or a number.
constexpr std::array<bool, 256> make_delimiters() {
  std::array<bool, 256> table{};
  for (char c : {'(', ')', ';', '"', ' ', '\r', '\f', '\n', '\t', '[', ']'})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> delimiters = make_delimiters();

bool is_delimiter(char c) {
  return delimiters[static_cast<unsigned char>(c)];
}

bool may_begin_number(char c) {
  return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// The characters of #\A: what does not end a token, or one that does.
std::string_view character_name(std::string_view text) {
  if (text.empty()) return text;
  if (is_delimiter(text[0])) return text.substr(0, 1);
  return text.substr(0, static_cast<std::size_t>(
                            std::find_if(text.begin(), text.end(), is_delimiter) - text.begin()));
}

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// A token in a message, which is not longer because the token is.
std::string quoted(std::string_view token) {
  return fmt::format("'{}'", progress_text::truncate(token, 40, true));
}

}  // namespace

std::string_view DatumReader::take_token() {
  const char* begin = next_;
  next_ = std::find_if(next_, end_, is_delimiter);
  return {begin, static_cast<std::size_t>(next_ - begin)};
}

std::string_view DatumReader::folded(std::string_view name) {
  if (!folds_case_) return name;
  std::string copy(name);
  std::transform(copy.begin(), copy.end(), copy.begin(), lower);
  return {arena_.keep(copy), copy.size()};
}

void DatumReader::read_symbol_or_number(Datum datum) {
  const std::string_view token = take_token();
  if (!may_begin_number(token[0])) return emit_text(datum, DatumKind::symbol, folded(token));
  if (token == "." && !frames_.empty() && frames_.back().opening == Opening::list) {
    if (frames_.back().dot != Dot::none) fail_at(datum, "a second dot in a list");
    frames_.back().dot = Dot::before_tail;
    return;
  }
  std::int64_t value = 0;
  const std::string_view digits = token.starts_with('+') ? token.substr(1) : token;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_signed_twice = token.starts_with("+-");
  if (error == std::errc() && stop == token.data() + token.size() && !is_signed_twice)
    return emit_integer(datum, DatumKind::integer, value);
  if (is_decimal_number(token)) return emit_text(datum, DatumKind::number, token);
  emit_text(datum, DatumKind::symbol, folded(token));
}

void DatumReader::read_string(Datum datum) {
  ++next_;
  const char* begin = next_;
  auto find_end = [this] {
    next_ = std::find_if(next_, end_, [](char c) { return c == '"' || c == '\\'; });
    return !at_end() && *next_ == '"';
  };
  if (find_end()) {
    const std::string_view text(begin, static_cast<std::size_t>(next_ - begin));
    ++next_;
    return emit_text(datum, DatumKind::string, text);
  }
  std::string text(begin, next_);
  while (rest().size() > 1) {  // at a backslash
    read_escape(text);
    begin = next_;
    const bool is_end = find_end();
    text.append(begin, next_);
    if (!is_end) continue;
    ++next_;
    return emit_text(datum, DatumKind::string, {arena_.keep(text), text.size()});
  }
  fail_at(datum, "the string that begins here has no end");
}

/// The escape sequence here; its first character is the backslash.
void DatumReader::read_escape(std::string& out) {
  const char c = peek(1);
  if (c == '\n' || c == '"' || c == '\\' || c == '|' || c == '(') {
    next_ += 2;
    if (c != '\n') {
      out += c;
    } else if (has_r6rs_escapes_) {
      while (!at_end() && (*next_ == ' ' || *next_ == '\t')) ++next_;
    }
    return;
  }
  constexpr std::string_view names = "0fnrtavb";
  constexpr std::string_view values{"\0\f\n\r\t\a\v\b", 8};
  if (const std::size_t i = names.find(c); i != std::string_view::npos) {
    next_ += 2;
    out += values[i];
    return;
  }
  if (c != 'x' && c != 'u' && c != 'U') fail("an escape sequence that strings do not have");
  next_ += 2;
  const std::uint32_t code = c == 'u'            ? read_hexadecimal(4)
                             : c == 'U'          ? read_hexadecimal(6)
                             : has_r6rs_escapes_ ? read_hexadecimal_until_semicolon()
                                                 : read_hexadecimal(2);
  append_utf8(out, code);
}

std::uint32_t DatumReader::read_hexadecimal(std::size_t digits) {
  std::uint32_t code = 0;
  const std::string_view text = rest().substr(0, digits);
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), code, 16);
  if (text.size() < digits || error != std::errc() || stop != text.data() + digits)
    fail(fmt::format("{} hexadecimal digits were expected", digits));
  if (!is_scalar_value(code)) fail(fmt::format("there is no character {:X}", code));
  next_ += digits;
  return code;
}

std::uint32_t DatumReader::read_hexadecimal_until_semicolon() {
  constexpr std::size_t most_digits = 8;
  const std::size_t digits = rest().substr(0, most_digits + 1).find(';');
  if (digits == 0 || digits == std::string_view::npos)
    fail(fmt::format("1 to {} hexadecimal digits and a ';' were expected", most_digits));
  const std::uint32_t code = read_hexadecimal(digits);
  ++next_;
  return code;
}

void DatumReader::read_character(Datum datum) {
  next_ += 2;
  const std::string_view name = character_name(rest());
  const auto code = character_of_name(name);
  if (!code)
    fail_at(datum, name.empty()
                       ? std::string("a character was expected behind '#\\'")
                       : fmt::format("{} is not a character", quoted(fmt::format("#\\{}", name))));
  next_ += name.size();
  emit_integer(datum, DatumKind::character, *code);
}

/// #t and #f need no delimiter behind them, #true and #false are whole words.
void DatumReader::read_boolean(Datum datum, bool value) {
  const std::string_view word = value ? "#true" : "#false";
  const std::string_view here = rest().substr(0, word.size());
  const bool is_word = std::equal(here.begin(), here.end(), word.begin(), word.end(),
                                  [](char a, char b) { return lower(a) == b; });
  next_ += is_word ? word.size() : 2;
  emit_integer(datum, DatumKind::boolean, value ? 1 : 0);
}

void DatumReader::read_nil(Datum datum) {
  const std::string_view token = take_token();
  if (token != "#nil") fail_at(datum, quoted(token) + " is not a datum");
  emit_integer(datum, DatumKind::nil, 0);
}

void DatumReader::read_bit_vector(Datum datum) {
  next_ += 2;
  const char* begin = next_;
  next_ = std::find_if(next_, end_, [](char c) { return c != '0' && c != '1'; });
  emit_text(datum, DatumKind::bit_vector, {begin, static_cast<std::size_t>(next_ - begin)});
}

/// #x1F and the like. The digits are checked when a number is made of it.
void DatumReader::read_prefixed_number(Datum datum) {
  const std::string_view token = take_token();
  if (token.size() < 3) fail_at(datum, quoted(token) + " is not a number");
  emit_text(datum, DatumKind::number, token);
}

/// #{any text}#
void DatumReader::read_extended_symbol(Datum datum) {
  next_ += 2;
  std::string name;
  while (!rest().starts_with("}#")) {
    if (at_end()) fail_at(datum, "the symbol that begins here with '#{' has no end");
    if (rest().starts_with("\\x")) {
      next_ += 2;
      append_utf8(name, read_hexadecimal_until_semicolon());
      continue;
    }
    if (*next_ == '\\') ++next_;
    if (!at_end()) name += *next_++;
  }
  next_ += 2;
  emit_text(datum, DatumKind::symbol, {arena_.keep(name), name.size()});
}

/// #vu8(…), #f32(…), #2((…) …): what stands before the parenthesis is the first element.
void DatumReader::read_array(Datum datum) {
  constexpr std::string_view prefix_characters = "abcdefghijklmnopqrstuvwxyz0123456789@:-";
  const std::size_t length =
      std::min(rest().find_first_not_of(prefix_characters, 1), rest().size());
  if (peek(length) != '(' || length == 1) {
    fail_at(datum, quoted(take_token()) + " is not a datum");
  }
  Datum prefix = datum;
  prefix.kind_ = DatumKind::symbol;
  prefix.text_ = next_ + 1;
  prefix.size_ = static_cast<std::uint32_t>(length - 1);
  next_ += length + 1;
  prefix.end_ = static_cast<std::uint32_t>(next_ - text_.data()) - 1;
  open(Opening::array, ')', datum);
  pending_.push_back(prefix);
}

}  // namespace nacre
