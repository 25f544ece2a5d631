// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pack/compression/codec_process.hpp"
#include "pack/new_file.hpp"

namespace nacre::squashfs {

/// Compresses blocks of metadata, one at a time; without a method it leaves them as they are.
class MetadataCodec {
 public:
  MetadataCodec(const Codecs& codecs, const std::optional<CodecMethod>& method);
  /// The block with its header.
  std::string encode(std::string_view block);

 private:
  SharedMemory input_;
  std::optional<CodecProcess> process_;
};

/// Metadata, cut into blocks of a fixed size that are compressed. Kept in memory.
class Metadata {
 public:
  explicit Metadata(MetadataCodec& codec) : codec_(codec) {}

  struct Position {
    std::uint32_t block;   ///< where its block begins, from the first one on
    std::uint16_t offset;  ///< in the uncompressed block
    std::uint64_t reference() const { return std::uint64_t{block} << 16 | offset; }
  };
  /// Where the next byte goes.
  Position position() const;
  void append(std::string_view bytes);
  /// All blocks; nothing may be appended afterwards.
  const std::string& finish();

 private:
  void end_block();

  MetadataCodec& codec_;
  std::string blocks_;
  std::string open_;  ///< what the next block has so far
};

/// Appends a table that is found over a list of where its blocks are; returns where that list is.
std::uint64_t write_table(NewFile& file, std::uint64_t start, MetadataCodec& codec,
                          std::string_view bytes);

}  // namespace nacre::squashfs
