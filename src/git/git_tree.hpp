// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "archive/source_tree.hpp"

namespace nacre {

/// The files of a commit, or of a tree, straight from the objects of a Git repository: no work tree
/// and no attributes or configuration come in between. A submodule is an empty directory. Names
/// that lead elsewhere are an Error. Main thread only, as all of libgit2 here.
class GitTree final : public SourceTree {
 public:
  /// `repository`: its directory, bare or not; `revision`: a commit, a tag or a tree. Error if
  /// there is no such.
  GitTree(const std::string& repository, const std::string& revision);
  ~GitTree() override;
  std::unique_ptr<SourceNode> root() const override;

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace nacre
