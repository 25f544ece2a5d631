// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "archive/source_tree.hpp"

namespace nacre {

/// How to read a tree that somebody else may be changing.
struct DirectoryOptions {
  PathFilter filter = {};                    ///< what it rejects is left out
  std::optional<uid_t> expected_owner = {};  ///< Error if something belongs to another user; what
                                             ///< he may not read himself is made readable first
  bool skip_special = false;                 ///< leave out sockets, pipes and devices: no Error
  /// The root is a regular file, which links may lead to, and counts as not executable. Error if it
  /// is anything else.
  bool plain_file = false;
};

/// A file, link or directory of this machine. Each entry is opened through the descriptor of its
/// directory and no link below the root is followed, whatever changes there meanwhile.
class DirectoryTree final : public SourceTree {
 public:
  explicit DirectoryTree(std::string path, DirectoryOptions options = {})
      : path_(std::move(path)), options_(std::move(options)) {}
  std::unique_ptr<SourceNode> root() const override;

 private:
  std::string path_;
  DirectoryOptions options_;
};

}  // namespace nacre
