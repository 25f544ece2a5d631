// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "archive/owner.hpp"
#include "pack/compression/compressor.hpp"
#include "pack/new_file.hpp"

namespace nacre {

/// Writes a SquashFS 4.0 file system. Its bytes depend on what is added, in which
/// order, and on compression and level; not on the number of threads. Everything belongs to 0:0,
/// unless another owner is given, and has the store's time. Names are relative, without "./";
/// parents that are missing are made, with mode 0755. Files of the same contents are stored once.
/// Keeps the tree, but no file, in memory. Borrows the file; the file system begins where that
/// ends. Not thread-safe.
class SquashfsWriter {
 public:
  /// Told of the bytes of each piece of a file that was read.
  using Progress = std::function<void(std::size_t)>;

  SquashfsWriter(NewFile& file, const Codecs& codecs, Compression compression, int level,
                 unsigned threads);
  ~SquashfsWriter();
  SquashfsWriter(const SquashfsWriter&) = delete;
  SquashfsWriter& operator=(const SquashfsWriter&) = delete;

  bool contains(std::string_view name) const;
  /// Error if there is something else of this name already; so for all of these.
  void add_directory(std::string_view name, unsigned mode = 0755);
  /// A directory with this mode and owner, whether there is one of this name already or not.
  void add_directory(std::string_view name, unsigned mode, const Owner& owner);
  void add_symlink(std::string_view name, const std::string& target);
  void add_file(std::string_view name, std::string_view contents, unsigned mode = 0644);
  /// The contents of the regular file at `path`, which is not a link.
  void add_file_from(std::string_view name, const std::string& path, unsigned mode,
                     const Owner& owner);
  /// The tree at `path`, links not followed; modes are 0555 and 0444, as in the store.
  void add_tree(std::string_view name, const std::string& path, const Progress& progress);
  /// Nothing may be added afterwards; without it the file is no file system.
  void finish();

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace nacre
