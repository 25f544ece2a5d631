// SPDX-License-Identifier: GPL-3.0-or-later
#include <zlib.h>

#include <algorithm>
#include <array>

#include "pack/compression/codec_process.hpp"
#include "pack/compression/compressor.hpp"

// An xz stream: a header, blocks that were compressed independently of each other, an index of
// them, and a footer.

namespace nacre {
namespace {

/// What one thread compresses; fixed, because where the stream is cut decides its bytes. A
/// larger dictionary would not help.
constexpr std::uint32_t block_size = 4 * 1024 * 1024;
/// Threads are given up for this, the last one excepted.
constexpr std::size_t memory_limit = std::size_t{192} * 1024 * 1024;

/// By level, in KiB.
constexpr std::array<std::uint32_t, 10> dictionaries{256,  1024, 2048, 4096, 4096,
                                                     4096, 4096, 4096, 4096, 4096};

CodecMethod method_of(int level) {
  const std::uint32_t dictionary = dictionaries.at(static_cast<std::size_t>(level)) * 1024;
  return {CODEC_XZ_BLOCK, {static_cast<std::uint32_t>(level), dictionary, 0}};
}

/// An encoder takes some ten times its dictionary; besides, a thread has blocks of its own.
unsigned most_workers(int level) {
  const std::size_t needed = 11 * std::size_t{method_of(level).parameters[1]} + 4 * block_size;
  return static_cast<unsigned>(memory_limit / needed);
}

/// Of streams whose blocks have a CRC-64.
constexpr std::string_view stream_flags("\x00\x04", 2);

std::string little_endian(std::uint64_t number) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, number >>= 8) bytes += static_cast<char>(number & 0xff);
  return bytes;
}

std::string checksum_of(std::string_view bytes) {
  return little_endian(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

void append_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
}

class XzCompressor : public Compressor {
 public:
  XzCompressor(const Codecs& codecs, int level, unsigned cores, Sink& out)
      : out_(out),
        pipeline_(block_size, std::clamp(cores, 1U, most_workers(level)),
                  codec_work(codecs, method_of(level), codec_capacity(block_size), take_result),
                  [this](const Block& block) { take(block); }) {
    out_.write(std::string("\xfd\x37zXZ\0", 6).append(stream_flags) + checksum_of(stream_flags));
  }

  void write(std::string_view bytes) override { pipeline_.write(bytes); }

  void finish() override {
    pipeline_.finish();
    std::string index(1, '\0');
    append_number(index, blocks_);
    index += records_;
    index.resize((index.size() + 3) / 4 * 4, '\0');
    index += checksum_of(index);
    const std::string footer = little_endian(index.size() / 4 - 1) + std::string(stream_flags);
    out_.write(index + checksum_of(footer) + footer + "YZ");
  }

 private:
  static void take_result(Block& block, const CodecProcess::Result& made) {
    block.output = made.bytes;
    block.unpadded = made.unpadded;
  }

  void take(const Block& block) {
    out_.write(block.output);
    append_number(records_, block.unpadded);
    append_number(records_, block.input.size());
    ++blocks_;
  }

  Sink& out_;
  std::uint64_t blocks_ = 0;
  std::string records_;     ///< the index's, of those blocks
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace

std::unique_ptr<Compressor> make_xz_compressor(const Codecs& codecs, int level, unsigned cores,
                                               Sink& out) {
  return std::make_unique<XzCompressor>(codecs, level, cores, out);
}

}  // namespace nacre
