// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/file_reader.hpp"

struct archive;

namespace nacre {

/// Reads an archive from front to back: tar, ar or cpio, compressed or not. No decompressor is
/// another program. Error for what is not an archive, or a damaged one. Not thread-safe.
class ArchiveReader : public FileReader {
 public:
  /// Gives the next bytes of the archive, which stay where they are until the next call; none at
  /// the end. May throw.
  using Source = std::function<std::string_view()>;

  explicit ArchiveReader(Source source);
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  std::optional<ArchiveFile> next() override;
  std::string_view read() override;

  std::string compression() const;  ///< "gzip", … or "none"; known after next()
  bool is_rpm() const;

 private:
  struct Close {
    void operator()(archive* reader) const;
  };

  static ssize_t read_source(archive* reader, void* self, const void** bytes);
  [[noreturn]] void fail() const;

  Source source_;
  std::exception_ptr source_failure_;
  std::string buffer_;
  std::unique_ptr<archive, Close> reader_;
};

}  // namespace nacre
