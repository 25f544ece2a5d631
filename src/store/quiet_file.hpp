// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <optional>
#include <string>

namespace nacre {

/// The file of an SQLite database while nobody writes: what is in it is all there is, and it does
/// not change. A writer makes a log before it changes the file, and changes its time when it does.
class QuietFile {
 public:
  /// Nothing if somebody writes, or was killed while he did.
  static std::optional<QuietFile> look(const std::string& file);
  bool is_unchanged() const;

 private:
  explicit QuietFile(std::string file);
  bool changed_within(std::chrono::nanoseconds span) const;

  std::string file_;
  struct stat seen_;
};

/// The name that makes SQLite read the database `file` without locks and without files beside it.
std::string immutable_uri(const std::string& file);

}  // namespace nacre
