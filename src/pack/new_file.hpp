// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>

#include "base/files.hpp"
#include "base/sink.hpp"

namespace nacre {

/// A file that is being written. Unless finish() was reached, it is removed when this goes away.
/// Not thread-safe.
class NewFile : public Sink {
 public:
  /// Error if there is such a file, or a link, already.
  explicit NewFile(std::string path);
  ~NewFile() override;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) override;
  /// Replaces bytes that were written before.
  void overwrite(std::uint64_t offset, std::string_view bytes);
  /// Appends `size` bytes of `file`, from `offset` on; shared with it, where the file system can do
  /// that. False if it has not so many; then some may have been appended.
  bool copy(int file, std::uint64_t offset, std::uint64_t size);
  /// Error unless all of these bytes were written.
  void read(std::uint64_t offset, char* bytes, std::size_t size) const;
  /// Forgets what was written after the first `size` bytes.
  void truncate(std::uint64_t size);
  std::uint64_t size() const { return size_; }
  void make_executable();
  void finish() { path_.clear(); }
  /// The same, and renames it.
  void finish_as(const std::string& path);

 private:
  ssize_t copy_by_hand(int file, off_t& from, std::uint64_t size);

  std::string path_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
};

}  // namespace nacre
