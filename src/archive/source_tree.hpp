// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/sink.hpp"

namespace nacre {

/// The bytes of a regular file, from its beginning.
class FileContents : public Source {
 public:
  /// An open file that they can be copied from within the kernel, standing where reading goes on;
  /// -1 if there is none.
  virtual int descriptor() const { return -1; }
};

/// A file, directory or symbolic link of a tree, open to be read: what it is was decided when it
/// was opened. Not thread-safe. Errors name path().
class SourceNode {
 public:
  enum class Kind { regular, executable, directory, symlink };

  virtual ~SourceNode() = default;
  virtual Kind kind() const = 0;
  /// Where it lies, for messages; that of the root and "/name/…".
  virtual const std::string& path() const = 0;

  // --- of a regular file, executable or not
  virtual std::uint64_t size() const = 0;
  virtual std::unique_ptr<FileContents> contents() const = 0;
  // --- of a symbolic link
  virtual std::string target() const = 0;
  // --- of a directory
  /// In the order of their bytes, each once; none is empty, "." or "..", or holds a slash.
  virtual std::vector<std::string> names() const = 0;
  /// One of those; nullptr if it is to be left out.
  virtual std::unique_ptr<SourceNode> entry(const std::string& name) const = 0;
};

/// A tree of files, wherever it is: a directory (archive/directory_tree.hpp), an archive
/// (archive/archive_tree.hpp), a Git tree (git/git_tree.hpp). Can be walked several times; outlives
/// its nodes.
class SourceTree {
 public:
  virtual ~SourceTree() = default;
  virtual std::unique_ptr<SourceNode> root() const = 0;
};

/// Tells whether to keep `path` (SourceNode::path()); asked about everything but the root.
using PathFilter = std::function<bool(const std::string& path)>;

}  // namespace nacre
