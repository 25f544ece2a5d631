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

/// How many bytes the closure has, about.
std::uint64_t closure_size(const BuiltinContext& context, const PackInput& input);

/// Adds the closure and the symbolic links to an archive. The store's directories get the mode
/// `directory_mode`.
void add_closure(TarWriter& tar, const BuiltinContext& context, const PackInput& input,
                 LinkTargets targets, unsigned directory_mode);

}  // namespace nacre
