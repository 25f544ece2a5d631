// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/sink.hpp"

namespace nacre {

/// Writes a cpio archive ("newc") whose bytes depend on what is added and on nothing else: owner
/// 0:0, a fixed time, files numbered in their order, no hard links. Names are relative, without
/// "./", with which they are written; bad ones are an Error, as are files of 4 GiB and more, for
/// which the format has no room. Borrows the sink, to which headers go in small pieces: give it a
/// BufferedSink. finish() ends the archive.
class CpioWriter {
 public:
  explicit CpioWriter(Sink& sink, std::uint32_t mtime = 1) : sink_(sink), mtime_(mtime) {}

  void add_directory(const std::string& name, unsigned mode = 0755);
  void add_symlink(const std::string& name, std::string_view target);
  void add_file(const std::string& name, std::string_view contents, unsigned mode = 0644);
  /// A file of which the size is known before the contents: `write` has to write that many bytes.
  void add_stream(const std::string& name, std::uint64_t size,
                  const std::function<void(Sink&)>& write, unsigned mode = 0644);
  void finish();

 private:
  void write_header(const std::string& name, std::uint32_t number, unsigned mode, unsigned links,
                    std::uint64_t size);
  void write_entry(const std::string& name, unsigned mode, unsigned links,
                   std::string_view contents);

  Sink& sink_;
  std::uint32_t mtime_;
  std::uint32_t number_ = 0;  ///< of the last file
};

/// How many bytes the entry of a file `name` with `size` bytes of contents takes (or of a symbolic
/// link with a target of that length).
std::uint64_t cpio_entry_size(std::string_view name, std::uint64_t size);
/// How many bytes finish() writes.
std::uint64_t cpio_end_size();

}  // namespace nacre
