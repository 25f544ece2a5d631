// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "archive/file_reader.hpp"
#include "archive/source_tree.hpp"
#include "base/files.hpp"

namespace nacre {

/// The files of an archive, as unpacking it into an empty directory would leave them: the last of
/// several entries of a name counts, hard links are files of their own, directories need not be
/// mentioned. Modes but for "executable", owners and times are left out. The archive is foreign:
/// Error for names that lead elsewhere, for what is neither file, directory nor link, for a hard
/// link to nothing, and for files below something that is not a directory.
class ArchiveTree final : public SourceTree {
 public:
  /// Reads the archive to its end. `name` is its name, for messages. Contents lie in a file without
  /// a name in the directory for temporary files.
  ArchiveTree(FileReader& archive, std::string name);
  std::unique_ptr<SourceNode> root() const override;

  struct Entry {
    SourceNode::Kind kind = SourceNode::Kind::directory;
    std::string target;        ///< of a symbolic link
    std::uint64_t offset = 0;  ///< of a file's contents
    std::uint64_t size = 0;
    std::map<std::string, std::unique_ptr<Entry>> entries;  ///< of a directory
  };

 private:
  void add(const ArchiveFile& file, FileReader& archive);
  Entry& directory_of(std::string_view path);
  const Entry& file_at(const std::string& path, const std::string& link) const;
  void store_contents(Entry& entry, FileReader& archive);

  std::string name_;
  UniqueFd contents_;
  std::uint64_t end_ = 0;  ///< of what was written to contents_
  Entry root_;
};

}  // namespace nacre
