// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/sink.hpp"

namespace nacre {

/// Writes a GNU tar whose bytes depend on what is added and on nothing else: owner 0:0 without
/// names, a fixed time. Names are relative, without "./". Borrows the sink; finish() ends the
/// archive.
class TarWriter {
 public:
  explicit TarWriter(Sink& sink, std::int64_t mtime = 1) : sink_(sink), mtime_(mtime) {}

  void add_directory(const std::string& name, unsigned mode = 0755);
  void add_symlink(const std::string& name, const std::string& target);
  void add_hardlink(const std::string& name, const std::string& target);
  void add_file(const std::string& name, std::string_view contents, unsigned mode = 0644);
  /// The regular file at `path`, streamed; mode 0555 or 0444 as it is executable or not, as in
  /// the store.
  void add_file_from(const std::string& name, const std::string& path);
  /// The tree at `path` under `name`, sorted, links not followed.
  void add_tree(const std::string& name, const std::string& path);
  void finish();

 private:
  void write_header(const std::string& name, char type, unsigned mode, std::uint64_t size,
                    const std::string& link_target);
  void write_padding(std::uint64_t size);

  Sink& sink_;
  std::int64_t mtime_;
};

}  // namespace nacre
