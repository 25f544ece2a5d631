// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "base/sink.hpp"
#include "pack/pack_input.hpp"
#include "pack/pack_progress.hpp"

namespace nacre {

/// Compresses what is written to it as the pack's derivation says, and reports progress. Not
/// thread-safe.
class PackStream : public Sink {
 public:
  /// Borrows `out`; `total` bytes, about, are expected.
  PackStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total, Sink& out);
  void write(std::string_view bytes) override;
  /// Ends the compressed stream; nothing may be written afterwards.
  void finish();

 private:
  std::unique_ptr<Compressor> compressor_;
  BufferedSink buffer_;
  PackProgress progress_;
};

/// Writes a compressed tar archive of the closure and the symbolic links to `out`.
void write_closure_tar(const BuiltinContext& context, const PackInput& input, Sink& out,
                       LinkTargets targets = LinkTargets::relative);

}  // namespace nacre
