// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>

#include "archive/file_reader.hpp"
#include "inspect/inspect.hpp"

namespace nacre {

/// A file tree, or a layer of one, as far as it is of interest: what lies in the store. The names
/// are foreign; what is not well-formed counts as a file elsewhere. A value.
class FileTree {
 public:
  /// Takes note of a file. Error if there are more than `max_items` store items then.
  void add(const ArchiveFile& file, std::size_t max_items);
  /// The item whose profile's manifest `file` is, or "".
  static std::string manifest_owner(const ArchiveFile& file);
  void add_manifest(const std::string& item, std::string text);
  /// Puts a layer on top.
  void add_layer(const FileTree& layer);
  void describe(InspectedImage& image) const;

 private:
  struct Item {
    std::uint64_t size = 0;
    std::uint64_t files = 0;
  };

  void erase(const std::string& item);

  std::map<std::string, Item> items_;             ///< by store path
  std::map<std::string, std::string> manifests_;  ///< by store path
  std::set<std::string> removed_;                 ///< from the layers below
  bool removes_all_ = false;
  std::uint64_t other_size_ = 0;
  std::uint64_t other_files_ = 0;
};

}  // namespace nacre
