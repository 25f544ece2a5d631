// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nacre {

/// A file of an archive or of a file system's image.
struct ArchiveFile {
  enum class Type { regular, directory, symlink, other };

  std::string path;  ///< relative, without "." and empty parts
  Type type = Type::other;
  std::uint64_t size = 0;   ///< 0 for a hard link
  std::string link_target;  ///< of a symbolic or a hard link
  unsigned mode = 0;        ///< permissions
  std::int64_t time = 0;
  std::uint64_t owner = 0;
  std::uint64_t group = 0;
};

/// Tells the files of an archive, or of an image, one after the other. Not thread-safe. Error for
/// what is damaged.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The next file; nothing at the end.
  virtual std::optional<ArchiveFile> next() = 0;
  /// The next bytes of that file, which stay where they are until the next call; none at its end.
  virtual std::string_view read() = 0;
};

}  // namespace nacre
