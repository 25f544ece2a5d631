// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "base/sink.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// Compresses what is written to it as the pack's derivation says, and reports progress. Not
/// thread-safe.
class PackStream : public Sink {
 public:
  /// Borrows `out`; `total` bytes are expected, of which other streams had `done`; `gzip_head` as
  /// for make_compressor.
  PackStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total, Sink& out,
             std::size_t gzip_head = 0, std::uint64_t done = 0);
  void write(std::string_view bytes) override;
  /// Ends the compressed stream; nothing may be written afterwards.
  void finish();

 private:
  std::unique_ptr<Compressor> compressor_;
  BufferedSink buffer_;
  std::function<void(std::uint64_t, std::uint64_t)> progress_;
  std::uint64_t done_ = 0;
  std::uint64_t reported_ = 0;
  std::uint64_t total_;
};

/// Writes a compressed tar archive of the closure and the symbolic links to `out`.
void write_closure_tar(const BuiltinContext& context, const PackInput& input, Sink& out,
                       LinkTargets targets = LinkTargets::relative);

}  // namespace nacre
