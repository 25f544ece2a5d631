// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/files.hpp"
#include "base/sink.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// The file that a pack is written to, compressed on the way. Unless finish() was reached, the file
/// is removed when this goes away. Not thread-safe.
class PackFile : public Sink {
 public:
  /// Creates the output of `context`, reporting progress there, `total` bytes being expected;
  /// `gzip_head` as for make_compressor.
  PackFile(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
           std::size_t gzip_head = 0);
  ~PackFile() override;
  void write(std::string_view bytes) override;
  void finish();

 private:
  std::string path_;
  UniqueFd file_;
  FdSink disk_;
  std::unique_ptr<Compressor> compressor_;
  BufferedSink buffer_;
  std::function<void(std::uint64_t, std::uint64_t)> progress_;
  std::uint64_t done_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t total_;
};

}  // namespace nacre
