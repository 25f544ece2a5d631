// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "archive/byte_range.hpp"
#include "archive/file_reader.hpp"

namespace nacre {

/// Reads a SquashFS 4.0 file system, each directory before what is in it, by libsquashfs. The root
/// directory itself is not among them. The bytes are foreign: Error if they are no such file
/// system, are damaged, or hold directories within each other beyond all reason; a directory that
/// is its own descendant comes before that. Memory does not grow with the number of files.
class SquashfsImageReader : public FileReader {
 public:
  explicit SquashfsImageReader(ByteRange bytes);
  ~SquashfsImageReader() override;
  SquashfsImageReader(const SquashfsImageReader&) = delete;
  SquashfsImageReader& operator=(const SquashfsImageReader&) = delete;

  std::optional<ArchiveFile> next() override;
  std::string_view read() override;

  std::string compression() const;  ///< "gzip"…

 private:
  class Image;
  std::unique_ptr<Image> image_;
};

}  // namespace nacre
