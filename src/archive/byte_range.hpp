// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace nacre {

/// Bytes that can be read at any place: a file's, or those of a part of one. A value; what it reads
/// from is borrowed.
class ByteRange {
 public:
  /// Copies exactly `size` bytes from `offset` on to `bytes`; throws if it cannot.
  using ReadAt = std::function<void(std::uint64_t offset, char* bytes, std::size_t size)>;

  ByteRange(std::uint64_t size, ReadAt read_at) : size_(size), read_at_(std::move(read_at)) {}
  static ByteRange of_file(int fd);
  static ByteRange of_text(std::string_view text);

  std::uint64_t size() const { return size_; }
  /// Error if there are not as many bytes.
  void read(std::uint64_t offset, char* bytes, std::size_t size) const;
  /// The bytes from `offset` on, as many as there are, but `size` at most.
  std::string read(std::uint64_t offset, std::size_t size) const;
  /// What is behind `offset`, which must not be behind the end.
  ByteRange from(std::uint64_t offset) const;

 private:
  std::uint64_t size_;
  ReadAt read_at_;
};

}  // namespace nacre
