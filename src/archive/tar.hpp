// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/owner.hpp"
#include "base/sink.hpp"

namespace nacre {

/// Writes a GNU tar whose bytes depend on what is added and on nothing else: owner 0:0, unless
/// another one is given, without names, a fixed time. Names are relative, without "./"; bad ones
/// are an Error. Borrows the sink, to which headers go in small pieces: give it a BufferedSink.
/// finish() ends the archive.
class TarWriter {
 public:
  explicit TarWriter(Sink& sink, std::int64_t mtime = 1) : sink_(sink), mtime_(mtime) {}

  void add_directory(const std::string& name, unsigned mode = 0755, const Owner& owner = {});
  void add_symlink(const std::string& name, const std::string& target);
  void add_hardlink(const std::string& name, const std::string& target);
  void add_file(const std::string& name, std::string_view contents, unsigned mode = 0644);
  /// The regular file at `path`, streamed; mode 0555 or 0444 as it is executable or not, as in
  /// the store.
  void add_file_from(const std::string& name, const std::string& path);
  /// The same with this mode and owner.
  void add_file_from(const std::string& name, const std::string& path, unsigned mode,
                     const Owner& owner);
  /// A file of which the size is known before the contents: `write` has to write that many bytes.
  void add_stream(const std::string& name, std::uint64_t size,
                  const std::function<void(Sink&)>& write, unsigned mode = 0644);
  /// For a file of which the size is known only after the contents: its header alone, which can
  /// be written again over itself as long as the name has no more than 100 bytes. After the
  /// contents, which are the caller's to write, comes add_padding().
  void add_header(const std::string& name, std::uint64_t size, unsigned mode = 0644);
  void add_padding(std::uint64_t size) { write_padding(size); }
  /// The tree at `path` under `name`, sorted, links not followed; directories have mode 0555, as
  /// in the store, unless another one is given. With an empty `name`, what the directory `path`
  /// holds becomes the top level.
  void add_tree(const std::string& name, const std::string& path, unsigned directory_mode = 0555);
  void finish();

 private:
  void write_header(const std::string& name, char type, unsigned mode, std::uint64_t size,
                    const std::string& link_target, const Owner& owner = {});
  void write_long_name(char type, const std::string& text);
  void write_padding(std::uint64_t size);
  void add_open_file(const std::string& name, int fd);
  void add_contents(const std::string& name, int fd, const struct stat& status);
  void copy_contents(const std::string& name, int fd, std::uint64_t size);
  void add_entry(int parent, const std::string& file_name, const std::string& name);
  void add_entries(int directory, const std::string& prefix);

  Sink& sink_;
  std::int64_t mtime_;
  unsigned directory_mode_ = 0555;  ///< of the tree that is being added
  std::vector<char> buffer_;        ///< for file contents, once there are any
};

/// How many bytes add_tree(name, path) writes; looks at the tree's files without reading them.
std::uint64_t tar_tree_size(const std::string& name, const std::string& path);

}  // namespace nacre
