// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nacre {

/// What a datum is, and which of its accessors holds it.
enum class DatumKind : std::uint8_t {
  list,           ///< elements(); the empty list has none
  improper_list,  ///< (a b . c): elements(), the last one stands behind the dot
  vector,         ///< elements()
  array,       ///< #u8(…), #2(…): elements(), the first is a symbol: what stands before the '('
  bit_vector,  ///< #*0110: text() has the digits
  string,      ///< text(), without quotes and escapes, in UTF-8
  symbol,      ///< text()
  keyword,     ///< text(), without the #:
  integer,     ///< integer()
  number,      ///< any other number: text(), as string->number takes it
  character,   ///< integer() is its code point
  boolean,     ///< integer() is 0 or 1
  nil,         ///< #nil
};

/// One datum of a DataText, which owns what it points to. Trivially copyable; a copy lives no
/// longer than the DataText.
///
/// 'x, #~x and the like are lists of a symbol and x, as Scheme has them; #$x:y is one of ungexp, x
/// and the string y. A list behind a dot, (a . (b)), stays an improper list, so that the position
/// of (b) is kept; Scheme makes (a b) of it.
class Datum {
 public:
  DatumKind kind() const { return kind_; }
  bool is(DatumKind kind) const { return kind_ == kind; }
  bool is_list() const { return kind_ == DatumKind::list; }
  bool is_string() const { return kind_ == DatumKind::string; }
  bool is_symbol(std::string_view name) const {
    return kind_ == DatumKind::symbol && text() == name;
  }
  /// Whether this is a list whose first element is the symbol `head`.
  bool is_list_of(std::string_view head) const {
    return is_list() && size_ > 0 && elements_[0].is_symbol(head);
  }

  /// Of lists, vectors and arrays; nothing for all others.
  std::span<const Datum> elements() const {
    if (kind_ > DatumKind::array) return {};
    return {elements_, size_};
  }
  /// Of strings, symbols, keywords, bit vectors and numbers; "" for all others.
  std::string_view text() const { return has_text() ? std::string_view(text_, size_) : ""; }
  /// Of integers, characters and booleans; 0 for all others.
  std::int64_t integer() const { return has_integer() ? integer_ : 0; }

  /// Where it begins, counted from 0 as Guile does: a line, a column of characters (a tab goes to
  /// the next multiple of 8), and the bytes of the text (without a
  /// byte order mark) that it takes: none if an abbreviation stands for it.
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return column_; }
  std::uint32_t begin() const { return begin_; }
  std::uint32_t end() const { return end_; }

 private:
  friend class DatumReader;
  Datum() = default;

  std::string_view symbol_text() const { return kind_ == DatumKind::symbol ? text() : ""; }
  bool has_text() const {
    return (kind_ >= DatumKind::bit_vector && kind_ <= DatumKind::keyword) ||
           kind_ == DatumKind::number;
  }
  bool has_integer() const {
    return kind_ == DatumKind::integer || kind_ == DatumKind::character ||
           kind_ == DatumKind::boolean;
  }

  DatumKind kind_ = DatumKind::list;
  std::uint32_t size_ = 0;  ///< elements, or bytes of text
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  union {
    const Datum* elements_ = nullptr;
    const char* text_;
    std::int64_t integer_;
  };
};

}  // namespace nacre
