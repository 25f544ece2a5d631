// SPDX-License-Identifier: GPL-3.0-or-later
#include "datum/datum_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

bool is_directive_character(char c) {
  return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Of #x1F: a radix, or whether the number is exact.
bool is_number_prefix(char c) {
  return c != '\0' && std::string_view("iebodxIEBODX").find(c) != std::string_view::npos;
}

/// 'x is (quote x). Of two marks where one begins with the other, the longer one comes first.
constexpr std::pair<std::string_view, std::string_view> abbreviations[] = {
    {"'", "quote"},
    {"`", "quasiquote"},
    {",@", "unquote-splicing"},
    {",", "unquote"},
    {"#'", "syntax"},
    {"#`", "quasisyntax"},
    {"#,@", "unsyntax-splicing"},
    {"#,", "unsyntax"},
    {"#~", "gexp"},
    {"#$@", "ungexp-splicing"},
    {"#$", "ungexp"},
    {"#+@", "ungexp-native-splicing"},
    {"#+", "ungexp-native"},
};

}  // namespace

std::vector<Datum> DatumReader::read_all() {
  while (true) {
    skip_space_and_comments();
    if (at_end()) break;
    read_one();
  }
  if (!frames_.empty()) fail_unfinished();
  return std::move(data_);
}

// --- what is between data

void DatumReader::skip_space_and_comments() {
  while (!at_end()) {
    if (is_space(*next_)) {
      ++next_;
    } else if (*next_ == ';') {
      skip_line();
    } else if (*next_ == '#' && peek(1) == '|') {
      skip_block_comment();
    } else if (*next_ == '#' && peek(1) == '!') {
      read_directive();
    } else if (*next_ == '#' && peek(1) == ';') {
      Datum datum = datum_here();
      next_ += 2;
      open(Opening::comment, '\0', datum);
    } else {
      return;
    }
  }
}

void DatumReader::skip_line() {
  next_ = std::find(next_, end_, '\n');
}

void DatumReader::skip_block_comment() {
  const Datum begin = datum_here();
  std::size_t depth = 0;
  do {
    const char* mark = next_;
    while (mark + 1 < end_ && !(mark[0] == '#' && mark[1] == '|') &&
           !(mark[0] == '|' && mark[1] == '#')) {
      ++mark;
    }
    if (mark + 1 >= end_) fail_at(begin, "the comment that begins here with '#|' has no end");
    mark[0] == '#' ? ++depth : --depth;
    next_ = mark + 2;
  } while (depth > 0);
}

/// #!NAME sets an option of the reader; anything else is a comment until !#.
void DatumReader::read_directive() {
  const Datum begin = datum_here();
  const char* name_begin = next_ + 2;
  const char* name_end = std::find_if_not(name_begin, end_, is_directive_character);
  const std::string_view name(name_begin, static_cast<std::size_t>(name_end - name_begin));
  if (name == "curly-infix" || name == "curly-infix-and-bracket-lists")
    fail_at(begin, fmt::format("'#!{}': curly-infix expressions are not supported", name));
  if (name == "fold-case" || name == "no-fold-case" || name == "r6rs") {
    folds_case_ = name == "fold-case";
    has_r6rs_escapes_ = has_r6rs_escapes_ || name == "r6rs";
    next_ = name_end;
    return;
  }
  const std::size_t end = rest().find("!#", 2);
  if (end == std::string_view::npos)
    fail_at(begin, "the comment that begins here with '#!' has no end");
  next_ += end + 2;
}

// --- data

Datum DatumReader::datum_here() {
  counter_.advance_to(next_);
  Datum datum;
  datum.line_ = counter_.line();
  datum.column_ = counter_.column();
  datum.begin_ = static_cast<std::uint32_t>(next_ - text_.data());
  return datum;
}

void DatumReader::read_one() {
  const Datum datum = datum_here();
  switch (*next_) {
    case '(':
      ++next_;
      return open(Opening::list, ')', datum);
    case '[':
      ++next_;
      return open(Opening::list, ']', datum);
    case ')':
    case ']':
      return close(*next_);
    case '"':
      return read_string(datum);
    case '\'':
    case '`':
    case ',':
    case '#':
      return read_marked(datum);
    default:
      return read_symbol_or_number(datum);
  }
}

void DatumReader::read_marked(Datum datum) {
  for (const auto& [mark, symbol] : abbreviations)
    if (rest().starts_with(mark)) return abbreviate(mark, symbol, datum);
  read_after_hash(datum);
}

void DatumReader::read_after_hash(Datum datum) {
  switch (peek(1)) {
    case '(':
      next_ += 2;
      return open(Opening::vector, ')', datum);
    case '\\':
      return read_character(datum);
    case ':':
      next_ += 2;
      return open(Opening::keyword, '\0', datum);
    case 't':
    case 'T':
      return read_boolean(datum, true);
    case 'f':
      return peek(2) == '3' || peek(2) == '6' ? read_array(datum) : read_boolean(datum, false);
    case 'F':
      return read_boolean(datum, false);
    case 'n':
      return read_nil(datum);
    case '*':
      return read_bit_vector(datum);
    case '{':
      return read_extended_symbol(datum);
    default:
      return is_number_prefix(peek(1)) ? read_prefixed_number(datum) : read_array(datum);
  }
}

void DatumReader::open(Opening opening, char closing, Datum datum) {
  if (frames_.size() == max_depth_)
    fail_at(datum, fmt::format("data nested more than {} deep", max_depth_));
  frames_.push_back({opening, closing, Dot::none, pending_.size(), datum});
}

void DatumReader::abbreviate(std::string_view mark, std::string_view symbol, Datum datum) {
  next_ += mark.size();
  datum.text_ = symbol.data();
  datum.size_ = static_cast<std::uint32_t>(symbol.size());
  open(Opening::abbreviation, '\0', datum);
}

void DatumReader::close(char closing) {
  if (frames_.empty()) fail(fmt::format("a '{}' that closes nothing", closing));
  Frame& frame = frames_.back();
  if (frame.closing == '\0') fail(fmt::format("a datum was expected before '{}'", closing));
  if (frame.closing != closing) {
    fail(fmt::format("'{}' where '{}' was expected: what it closes begins at line {}, column {}",
                     closing, frame.closing, frame.datum.line_ + 1, frame.datum.column_ + 1));
  }
  if (frame.dot == Dot::before_tail) fail("a datum was expected behind the dot");
  ++next_;
  const Datum datum = complete(frame);
  pending_.resize(frame.first, datum);
  frames_.pop_back();
  emit(datum);
}

/// The list, vector or array of a frame, whose elements are the last pending ones.
Datum DatumReader::complete(Frame& frame) {
  const std::span<const Datum> elements = std::span(pending_).subspan(frame.first);
  Datum datum = frame.datum;
  if (frame.dot == Dot::after_tail && elements.size() == 1) {  // ( . x) is x
    datum = elements[0];
    datum.line_ = frame.datum.line_;
    datum.column_ = frame.datum.column_;
    return datum;
  }
  datum.kind_ = frame.opening == Opening::vector  ? DatumKind::vector
                : frame.opening == Opening::array ? DatumKind::array
                : frame.dot == Dot::after_tail    ? DatumKind::improper_list
                                                  : DatumKind::list;
  datum.elements_ = arena_.keep(elements);
  datum.size_ = static_cast<std::uint32_t>(elements.size());
  datum.end_ = static_cast<std::uint32_t>(next_ - text_.data());
  return datum;
}

/// Hands a datum to what is open; one that completes an abbreviation makes a datum in turn.
void DatumReader::emit(Datum datum) {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    switch (frame.opening) {
      case Opening::comment:
        frames_.pop_back();
        return;
      case Opening::abbreviation:
        datum = abbreviated(frame, datum);
        frames_.pop_back();
        continue;
      case Opening::keyword:
        datum = keyword(frame, datum);
        frames_.pop_back();
        continue;
      case Opening::list:
      case Opening::vector:
      case Opening::array:
        if (frame.dot == Dot::after_tail)
          fail_at(datum, "more than one datum behind the dot of a list");
        if (frame.dot == Dot::before_tail) frame.dot = Dot::after_tail;
        pending_.push_back(datum);
        return;
    }
  }
  data_.push_back(datum);
}

Datum DatumReader::abbreviated(const Frame& frame, Datum datum) {
  Datum symbol = frame.datum;
  symbol.kind_ = DatumKind::symbol;
  symbol.end_ = symbol.begin_;
  Datum list = frame.datum;
  list.kind_ = DatumKind::list;
  list.end_ = datum.end_;
  const std::size_t colon =
      symbol.text().starts_with("ungexp") ? datum.symbol_text().rfind(':') : std::string_view::npos;
  if (colon == std::string_view::npos) {
    const Datum elements[] = {symbol, datum};
    list.size_ = 2;
    list.elements_ = arena_.keep(elements);
    return list;
  }
  // #$package:output is (ungexp package "output").
  Datum output = symbol;
  output.kind_ = DatumKind::string;
  output.text_ = datum.text_ + colon + 1;
  output.size_ = datum.size_ - static_cast<std::uint32_t>(colon) - 1;
  datum.size_ = static_cast<std::uint32_t>(colon);
  const Datum elements[] = {symbol, datum, output};
  list.size_ = 3;
  list.elements_ = arena_.keep(elements);
  return list;
}

Datum DatumReader::keyword(const Frame& frame, const Datum& datum) {
  if (datum.kind_ != DatumKind::symbol) fail_at(datum, "a symbol was expected behind '#:'");
  Datum result = datum;
  result.kind_ = DatumKind::keyword;
  result.line_ = frame.datum.line_;
  result.column_ = frame.datum.column_;
  result.begin_ = frame.datum.begin_;
  return result;
}

void DatumReader::emit_text(Datum datum, DatumKind kind, std::string_view text) {
  datum.kind_ = kind;
  datum.text_ = text.data();
  datum.size_ = static_cast<std::uint32_t>(text.size());
  datum.end_ = static_cast<std::uint32_t>(next_ - text_.data());
  emit(datum);
}

void DatumReader::emit_integer(Datum datum, DatumKind kind, std::int64_t value) {
  datum.kind_ = kind;
  datum.integer_ = value;
  datum.end_ = static_cast<std::uint32_t>(next_ - text_.data());
  emit(datum);
}

// --- errors

void DatumReader::fail(const std::string& message) {
  counter_.advance_to(next_);
  throw Error(message).at(
      {file_, static_cast<int>(counter_.line()) + 1, static_cast<int>(counter_.column()) + 1});
}

void DatumReader::fail_at(const Datum& datum, const std::string& message) {
  throw Error(message).at(
      {file_, static_cast<int>(datum.line_) + 1, static_cast<int>(datum.column_) + 1});
}

void DatumReader::fail_unfinished() {
  const Frame& frame = frames_.back();
  if (frame.closing == '\0') fail_at(frame.datum, "the text ends where a datum was expected");
  fail_at(frame.datum,
          fmt::format("the text ends before the '{}' of what begins here", frame.closing));
}

}  // namespace nacre
