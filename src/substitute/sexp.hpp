// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct gcry_sexp;

namespace nacre {

/// A list of libgcrypt's s-expressions, in which keys, signatures and access-control lists are
/// written. A value; copies share what they hold, which never changes. Thread-safe likewise.
class Sexp {
 public:
  /// Reads a list in any of its forms, with nothing after it. The text is foreign: Error if it is
  /// no list, or longer than 1 MiB.
  static Sexp parse(std::string_view text);
  /// Takes over what a libgcrypt function made.
  static Sexp adopt(gcry_sexp* expression);

  std::size_t size() const;
  /// The list at `index`; nothing if an atom is there, or nothing.
  std::optional<Sexp> list_at(std::size_t index) const;
  /// The bytes of the atom at `index`; nothing if a list is there, or nothing.
  std::optional<std::string> atom_at(std::size_t index) const;
  /// Whether its first element is the atom `name`.
  bool is(std::string_view name) const { return atom_at(0) == name; }
  /// The first of its elements, not of theirs, that is a list that begins with `name`.
  std::optional<Sexp> child(std::string_view name) const;

  std::string canonical() const;  ///< equal for equal lists
  std::string advanced() const;   ///< for people, with line breaks

  gcry_sexp* get() const { return expression_.get(); }

 private:
  explicit Sexp(gcry_sexp* expression);
  std::string print(int format) const;

  std::shared_ptr<gcry_sexp> expression_;
};

}  // namespace nacre
