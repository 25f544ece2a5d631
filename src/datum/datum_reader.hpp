// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datum/arena.hpp"
#include "datum/data_text.hpp"
#include "datum/datum.hpp"
#include "datum/position.hpp"

namespace nacre {

/// Reads the data of one text; what it returns points into the text and the arena. What is open
/// (lists, abbreviations, commented data) is on a stack of its own, so depth costs no C++ stack.
/// DataText is the interface; this is how it works.
class DatumReader {
 public:
  /// Borrows all of them.
  DatumReader(const std::string& file, std::string_view text, DatumArena& arena,
              std::size_t max_depth)
      : file_(file),
        text_(text),
        next_(text.data()),
        end_(text.data() + text.size()),
        counter_(text.data()),
        arena_(arena),
        max_depth_(max_depth) {}

  std::vector<Datum> read_all();

 private:
  enum class Opening : std::uint8_t {
    list,
    vector,
    array,
    abbreviation,  ///< 'x: takes one datum
    keyword,       ///< #:x: takes one symbol
    comment,       ///< #;x: drops one datum
  };
  enum class Dot : std::uint8_t { none, before_tail, after_tail };

  /// What was opened and is not complete.
  struct Frame {
    Opening opening;
    char closing;       ///< of lists, vectors and arrays
    Dot dot;            ///< of lists: whether one was met
    std::size_t first;  ///< of lists, vectors, arrays: where its elements begin in pending_
    Datum datum;        ///< with its position; of abbreviations, with the symbol's text
  };

  // --- what is between data
  void skip_space_and_comments();
  void skip_line();
  void skip_block_comment();
  void read_directive();

  // --- data
  void read_one();
  void read_marked(Datum datum);
  void read_after_hash(Datum datum);
  void open(Opening opening, char closing, Datum datum);
  void abbreviate(std::string_view mark, std::string_view symbol, Datum datum);
  void close(char closing);
  void emit(Datum datum);
  Datum complete(Frame& frame);
  Datum abbreviated(const Frame& frame, Datum datum);
  Datum keyword(const Frame& frame, const Datum& datum);
  void emit_text(Datum datum, DatumKind kind, std::string_view text);
  void emit_integer(Datum datum, DatumKind kind, std::int64_t value);

  // --- lexemes
  void read_symbol_or_number(Datum datum);
  void read_string(Datum datum);
  void read_escape(std::string& out);
  std::uint32_t read_hexadecimal(std::size_t digits);
  std::uint32_t read_hexadecimal_until_semicolon();
  void read_character(Datum datum);
  void read_boolean(Datum datum, bool value);
  void read_nil(Datum datum);
  void read_bit_vector(Datum datum);
  void read_prefixed_number(Datum datum);
  void read_extended_symbol(Datum datum);
  void read_array(Datum datum);
  std::string_view take_token();
  std::string_view folded(std::string_view name);

  bool at_end() const { return next_ == end_; }
  char peek(std::size_t ahead = 0) const {
    return static_cast<std::size_t>(end_ - next_) > ahead ? next_[ahead] : '\0';
  }
  std::string_view rest() const { return {next_, static_cast<std::size_t>(end_ - next_)}; }
  Datum datum_here();

  [[noreturn]] void fail(const std::string& message);
  [[noreturn]] void fail_at(const Datum& datum, const std::string& message);
  [[noreturn]] void fail_unfinished();

  const std::string& file_;
  std::string_view text_;
  const char* next_;
  const char* end_;
  PositionCounter counter_;
  DatumArena& arena_;
  std::size_t max_depth_;
  bool folds_case_ = false;
  bool has_r6rs_escapes_ = false;
  std::vector<Frame> frames_;
  std::vector<Datum> pending_;  ///< elements of the open lists, the innermost's last
  std::vector<Datum> data_;
};

}  // namespace nacre
