// SPDX-License-Identifier: GPL-3.0-or-later
// Lists, and the atoms that code is mostly made of, are printed here; Guile prints the others.
#include "guile/write_code.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"
#include "guile/convert.hpp"

namespace nacre::guile {
namespace {

constexpr int max_depth = 10'000;

/// Classes of characters in symbols that need no quotes, whatever the reader's options.
enum CharacterClass : unsigned char { other, subsequent, initial };

constexpr std::array<CharacterClass, 256> make_classes() {
  std::array<CharacterClass, 256> classes{};
  for (const char c : std::string_view("0123456789+-."))
    classes[static_cast<unsigned char>(c)] = subsequent;
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "!$%&*/<=>?^_~@"))
    classes[static_cast<unsigned char>(c)] = initial;
  return classes;
}

constexpr std::array<CharacterClass, 256> classes = make_classes();

/// Whether it is a symbol's name that `write` does not quote; not all such names are found.
bool is_plain(std::string_view name) {
  if (name.empty()) return false;
  const auto class_of = [](char c) { return classes[static_cast<unsigned char>(c)]; };
  if (class_of(name.front()) != initial && !name.starts_with("->"))
    return name == "+" || name == "-" || name == "...";
  return std::all_of(name.begin(), name.end(), [&](char c) { return class_of(c) != other; });
}

class Writer {
 public:
  std::string text;

  void write(SCM value) {
    if (scm_is_pair(value)) return write_pairs(value);
    if (scm_is_null(value)) return append("()");
    if (scm_is_string(value)) return write_string(value);
    if (scm_is_symbol(value)) return write_symbol(value);
    if (scm_is_keyword(value)) return write_keyword(value);
    if (SCM_I_INUMP(value)) return append(std::to_string(SCM_I_INUM(value)));
    if (scm_is_eq(value, SCM_BOOL_T)) return append("#t");
    if (scm_is_eq(value, SCM_BOOL_F)) return append("#f");
    if (scm_is_vector(value)) return write_vector(value);
    append(written(value));
  }

 private:
  void append(std::string_view part) { text.append(part); }

  void enter() {
    if (++depth_ > max_depth)
      throw Error("code is nested more than {} levels deep", max_depth)
          .hint("does it hold a list that contains itself?");
  }

  void write_pairs(SCM pair) {
    enter();
    append("(");
    // A tortoise follows at half the speed, to be met again in a circle.
    SCM tortoise = pair;
    for (std::size_t count = 0;; ++count) {
      write(SCM_CAR(pair));
      SCM rest = SCM_CDR(pair);
      if (scm_is_null(rest)) break;
      append(" ");
      if (!scm_is_pair(rest)) {
        append(". ");
        write(rest);
        break;
      }
      pair = rest;
      if (count % 2 == 1) tortoise = SCM_CDR(tortoise);
      if (scm_is_eq(pair, tortoise)) throw Error("code holds a circular list");
    }
    append(")");
    --depth_;
  }

  void write_vector(SCM vector) {
    enter();
    append("#(");
    const std::size_t size = SCM_SIMPLE_VECTOR_LENGTH(vector);
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) append(" ");
      write(SCM_SIMPLE_VECTOR_REF(vector, i));
    }
    append(")");
    --depth_;
  }

  void write_string(SCM value) {
    const std::string contents = string_from(value);
    const std::size_t before = text.size();
    append("\"");
    for (const char c : contents) {
      if (c == '"' || c == '\\') text.push_back('\\');
      if (c == '\n') {
        append("\\n");
      } else if (c >= 0x20 && c < 0x7f) {
        text.push_back(c);
      } else {
        text.resize(before);
        return append(written(value));
      }
    }
    append("\"");
  }

  void write_symbol(SCM value) {
    const std::string name = string_from(scm_symbol_to_string(value));
    append(is_plain(name) ? name : written(value));
  }

  void write_keyword(SCM value) {
    const std::string name = string_from(scm_symbol_to_string(scm_keyword_to_symbol(value)));
    append(is_plain(name) ? "#:" + name : written(value));
  }

  int depth_ = 0;
};

}  // namespace

std::string write_code(SCM code) {
  Writer writer;
  writer.write(code);
  return std::move(writer.text);
}

}  // namespace nacre::guile
