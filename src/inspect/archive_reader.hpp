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

struct archive;

namespace nacre {

struct ArchiveFile {
  enum class Type { regular, symlink, other };

  std::string path;  ///< relative, without "." and empty parts
  Type type = Type::other;
  std::uint64_t size = 0;   ///< 0 for a hard link
  std::string link_target;  ///< of a symbolic link
};

/// Reads an archive from front to back: tar, ar or cpio, compressed or not. No decompressor is
/// another program. Error for what is no archive, or a damaged one. Not thread-safe.
class ArchiveReader {
 public:
  /// Gives the next bytes of the archive, which stay where they are until the next call; none at
  /// the end. May throw.
  using Source = std::function<std::string_view()>;

  explicit ArchiveReader(Source source);
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// The next file; nothing at the end.
  std::optional<ArchiveFile> next();
  /// The next bytes of that file, as a Source gives them.
  std::string_view read();

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
