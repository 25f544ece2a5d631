// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "datum/datum.hpp"

namespace nacre {

class DatumArena;

/// What a text may be.
struct DatumOptions {
  std::size_t bytes = std::size_t{256} << 20;  ///< of the text; below 4 GiB; more is an Error
  std::size_t depth = 4096;                    ///< of lists in lists; more is an Error
  /// What is not UTF-8 becomes U+FFFD, as in Guile's ports; otherwise it is an Error.
  bool replaces_invalid = false;
};

/// The data of one text in Scheme's syntax, as Guile 3.0 reads it with its default options and with
/// the abbreviations of g-expressions (#~ #$ #$@ #+ #+@): comments of all kinds, #!r6rs,
/// #!fold-case (of ASCII letters) and #!no-fold-case included, without curly-infix expressions.
/// Nothing is evaluated. Owns the text and the data; immutable, so threads may share it. Movable;
/// data stay where they are.
class DataText {
 public:
  /// Reads all data. `file` is for messages and locations. Error, with its place, if the text is
  /// not well-formed, or not what the options say. Never recurses.
  DataText(std::string file, std::string text, DatumOptions options = {});
  ~DataText();
  DataText(DataText&&) noexcept;
  DataText& operator=(DataText&&) noexcept;

  const std::vector<Datum>& data() const { return data_; }
  /// The only datum. Error if there is none, or more than one.
  const Datum& only() const;
  const std::string& file() const { return file_; }

  /// The part of the text that a datum was read from.
  std::string_view source(const Datum& datum) const;
  SourceLocation location(const Datum& datum) const;
  /// An Error about a datum of this text, with its place.
  Error error_at(const Datum& datum, std::string message) const;

 private:
  std::string file_;
  std::unique_ptr<const std::string> text_;  ///< data point into it
  std::unique_ptr<DatumArena> arena_;
  std::vector<Datum> data_;
};

}  // namespace nacre
