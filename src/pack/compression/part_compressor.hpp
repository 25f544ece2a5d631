// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pack/compression/block_pipeline.hpp"
#include "pack/compression/compressor.hpp"

namespace nacre {

/// What compressed bytes were before: all that one has to know of a part of a stream to put it
/// together with others.
struct PlainBytes {
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;  ///< CRC-32, for gzip; else 0
  void append(const PlainBytes& next);
};

/// Some compressed streams are a head, parts and a tail, where a part does not depend on the ones
/// before it: it may be in another stream, or be a stream of its own.

/// Whether streams of this kind are made of parts: gzip, zstd and none are.
bool has_parts(Compression compression);
std::string stream_head(Compression compression);
std::string stream_tail(Compression compression, const PlainBytes& contents);
/// Names whatever decides a part's bytes besides the bytes that it is made of: the compression, its
/// level, the program that does it, how blocks are cut.
std::string part_method(const Codecs& codecs, Compression compression, std::optional<int> level);

/// Compresses parts, on several cores, and writes them one after the other to `out`; heads and
/// tails are up to the caller. What a part becomes depends on its bytes and on part_method() alone.
/// Memory does not grow with the input. Not thread-safe: `out` is written to from the caller's
/// thread only.
class PartCompressor : public Sink {
 public:
  PartCompressor(const Codecs& codecs, Compression compression, std::optional<int> level,
                 unsigned cores, Sink& out);
  /// Small writes are collected.
  void write(std::string_view bytes) override;
  /// Ends the part. When it is in `out`, and before anything of the next one is, `then` is called,
  /// by this or a later call of this object.
  void end_part(std::function<void(const PlainBytes&)> then);
  /// Writes all that it holds to `out`; a part must not be open.
  void finish();

 private:
  void take(Block& block);

  Sink& out_;
  PlainBytes part_;
  std::optional<BufferedSink> plain_;  ///< for no compression
  std::unique_ptr<BlockPipeline> pipeline_;
};

}  // namespace nacre
