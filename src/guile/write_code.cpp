// SPDX-License-Identifier: GPL-3.0-or-later
// Lists, and the atoms that code is mostly made of, are printed here; Guile prints the others.
#include "guile/write_code.hpp"

#include <string_view>

#include "base/error.hpp"
#include "guile/convert.hpp"

namespace nacre::guile {
namespace {

constexpr int max_depth = 10'000;

/// What may stand anywhere in a symbol that needs no quotes, whatever the reader's options.
constexpr bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!$%&*/<=>?^_~").find(static_cast<char>(c)) != std::string_view::npos;
}

/// What may stand after the first character.
constexpr bool is_subsequent(unsigned char c) {
  return is_plain(c) || (c >= '0' && c <= '9') ||
         std::string_view("+-.@").find(static_cast<char>(c)) != std::string_view::npos;
}

class Writer {
 public:
  std::string text;

  void write(SCM value) {
    if (scm_is_pair(value)) return write_pairs(value);
    if (scm_is_null(value)) return append("()");
    if (scm_is_string(value)) return write_string(value);
    if (scm_is_symbol(value)) return write_symbol(value);
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
      if (scm_is_eq(pair, tortoise)) throw Error(std::string("code holds a circular list"));
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
    const std::size_t size = scm_c_string_length(value);
    const std::size_t before = text.size();
    append("\"");
    for (std::size_t i = 0; i < size; ++i) {
      const scm_t_wchar c = SCM_CHAR(scm_c_string_ref(value, i));
      if (c == '"' || c == '\\') text.push_back('\\');
      if (c == '\n') {
        append("\\n");
      } else if (c >= 0x20 && c < 0x7f) {
        text.push_back(static_cast<char>(c));
      } else {
        text.resize(before);
        return append(written(value));
      }
    }
    append("\"");
  }

  void write_symbol(SCM value) {
    const std::string name = string_from(scm_symbol_to_string(value));
    bool plain = !name.empty() && is_plain(static_cast<unsigned char>(name.front()));
    for (char c : name) plain = plain && is_subsequent(static_cast<unsigned char>(c));
    append(plain ? name : written(value));
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
