// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sink.hpp"
#include "pack/compression/codecs.hpp"

namespace nacre {

enum class Compression { none, gzip, zstd, xz, lzip, bzip2 };

/// "none", "gzip", "zstd", "xz", "lzip", "bzip2". parse throws Error on another name.
std::string_view to_string(Compression compression);
Compression parse_compression(std::string_view name);

/// The level, or the default one, which is that of the program of this name. Error if it is
/// not one that the compression has.
int compression_level(Compression compression, std::optional<int> level);

/// Compresses what is written to it into another sink, on several cores. The result depends on the
/// bytes and the level, and on nothing else: not on the number of cores, nor on how the bytes were
/// cut into writes. Memory does not grow with the input. Not thread-safe: `out` is written to from
/// the caller's thread only.
class Compressor : public Sink {
 public:
  /// Writes what is still held and ends the stream; nothing may be written afterwards. Without it
  /// the stream is incomplete.
  virtual void finish() = 0;
};

/// Borrows `out`. `cores` of 0 means 1. For no compression, nobody needs the codecs.
std::unique_ptr<Compressor> make_compressor(const Codecs& codecs, Compression compression,
                                            std::optional<int> level, unsigned cores, Sink& out);

/// The formats, for make_compressor; those of gzip and zstd consist of one part.
std::unique_ptr<Compressor> make_gzip_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out);
std::unique_ptr<Compressor> make_zstd_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out);
std::unique_ptr<Compressor> make_xz_compressor(const Codecs& codecs, int level, unsigned cores,
                                               Sink& out);
std::unique_ptr<Compressor> make_lzip_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out);
std::unique_ptr<Compressor> make_bzip2_compressor(const Codecs& codecs, int level, unsigned cores,
                                                  Sink& out);

}  // namespace nacre
