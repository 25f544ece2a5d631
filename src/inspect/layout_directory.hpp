// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "archive/file_reader.hpp"
#include "base/files.hpp"

namespace nacre {

/// Tells the files of an OCI image layout that is a directory: those at its top and its blobs, in
/// the order of their names. Symbolic links are not followed: a layout that somebody else has
/// unpacked cannot make us read other files.
class LayoutDirectory : public FileReader {
 public:
  /// Error if the directory at `path` is no such layout.
  explicit LayoutDirectory(const std::string& path);

  std::optional<ArchiveFile> next() override;
  std::string_view read() override;

 private:
  void list(int directory, const std::string& prefix, int depth);

  UniqueFd root_;
  std::vector<std::string> names_;  ///< of files, relative
  std::size_t position_ = 0;
  UniqueFd file_;  ///< the last one
  std::string buffer_;
};

}  // namespace nacre
