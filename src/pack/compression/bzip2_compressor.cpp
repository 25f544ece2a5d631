// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cassert>
#include <memory>

#include "base/error.hpp"
#include "pack/compression/codec_process.hpp"
#include "pack/compression/compressor.hpp"

// One bzip2 stream, made of blocks that were compressed independently of each other. A file of many
// streams would need nothing of the below, but some readers, RPM's among them, stop after the
// first. Blocks begin and end anywhere within a byte, so that they are joined bit by bit.

namespace nacre {
namespace {

/// What comes before the first block: "BZh" and the level's digit.
constexpr std::size_t head_bits = 32;
constexpr unsigned mark_bits = 48;
constexpr std::uint64_t end_mark = 0x177245385090;
constexpr unsigned checksum_bits = 32;
/// Blocks in flight take some 10 MiB for each thread.
constexpr unsigned most_workers = 12;

/// So much that it is always one block of bzip2's, which holds `level` times 100,000 bytes, less
/// 19, after its first pass: that makes five bytes of four equal ones.
std::size_t block_size(int level) {
  return static_cast<std::size_t>(level * 100'000 - 19) / 5 * 4;
}

/// `count` bits, 64 at most, from the bit `begin` on; bzip2 fills bytes from the highest one.
std::uint64_t bits_at(std::string_view bytes, std::size_t begin, unsigned count) {
  std::uint64_t value = 0;
  for (std::size_t bit = begin; bit < begin + count; ++bit)
    value = value << 1 | (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1U);
  return value;
}

[[noreturn]] void fail_form() {
  throw Error("the compressor wrote a bzip2 stream of an unexpected form");
}

/// Takes the block's stream, whose checksum is the block's.
void take_stream(Block& block, const CodecProcess::Result& made) {
  constexpr std::size_t shortest = (head_bits + 2 * (mark_bits + checksum_bits)) / 8;
  if (made.bytes.size() < shortest) fail_form();
  block.output = made.bytes;
  block.checksum =
      static_cast<std::uint32_t>(bits_at(block.output, head_bits + mark_bits, checksum_bits));
}

/// Where the only block of a stream ends. After it come the mark, a checksum of all blocks, which
/// is that of the one, and zeros to the end of the byte.
std::size_t block_end(const Block& block) {
  constexpr unsigned tail = mark_bits + checksum_bits;
  const std::string_view stream = block.output;
  for (unsigned padding = 0; padding < 8; ++padding) {
    const std::size_t end = stream.size() * 8 - padding - tail;
    if (bits_at(stream, end, mark_bits) == end_mark &&
        bits_at(stream, end + mark_bits, checksum_bits) == block.checksum)
      return end;
  }
  fail_form();
}

/// Joins strings of bits into bytes.
class BitWriter {
 public:
  explicit BitWriter(Sink& out) : out_(out) {}

  void add(std::uint64_t value, unsigned count) {
    while (count-- > 0) {
      partial_ = partial_ << 1 | (value >> count & 1);
      if (++filled_ == 8) flush_byte();
    }
    pass_on();
  }

  /// Those of `bytes` from the bit `begin`, at the start of a byte, to the bit `end`.
  void add(std::string_view bytes, std::size_t begin, std::size_t end) {
    assert(begin % 8 == 0);
    for (std::size_t i = begin / 8; i < end / 8; ++i) {
      const unsigned both = partial_ << 8 | static_cast<unsigned char>(bytes[i]);
      buffer_ += static_cast<char>(both >> filled_ & 0xff);
      partial_ = both & ((1U << filled_) - 1);
    }
    add(bits_at(bytes, end - end % 8, end % 8), end % 8);
  }

  void finish() {
    while (filled_ > 0) add(0, 1);
  }

 private:
  void flush_byte() {
    buffer_ += static_cast<char>(partial_);
    partial_ = filled_ = 0;
  }
  void pass_on() {
    out_.write(buffer_);
    buffer_.clear();
  }

  Sink& out_;
  std::string buffer_;
  unsigned partial_ = 0;  ///< the last bits, which do not make a byte yet
  unsigned filled_ = 0;   ///< how many they are
};

class Bzip2Compressor : public Compressor {
 public:
  Bzip2Compressor(const Codecs& codecs, int level, unsigned cores, Sink& out)
      : bits_(out),
        pipeline_(block_size(level), std::min(cores, most_workers),
                  codec_work(codecs, {CODEC_BZIP2, {static_cast<std::uint32_t>(level), 0, 0}},
                             codec_capacity(block_size(level)), take_stream),
                  [this](Block& block) { take(block); }) {
    constexpr std::uint64_t signature = 0x425a6830;  // "BZh0"
    bits_.add(signature + static_cast<unsigned>(level), head_bits);
  }

  void write(std::string_view bytes) override { pipeline_.write(bytes); }

  void finish() override {
    pipeline_.finish();
    bits_.add(end_mark, mark_bits);
    bits_.add(checksum_, checksum_bits);
    bits_.finish();
  }

 private:
  void take(const Block& block) {
    checksum_ = (checksum_ << 1 | checksum_ >> 31) ^ block.checksum;
    bits_.add(block.output, head_bits, block_end(block));
  }

  std::uint32_t checksum_ = 0;  ///< of all blocks
  BitWriter bits_;
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace

std::unique_ptr<Compressor> make_bzip2_compressor(const Codecs& codecs, int level, unsigned cores,
                                                  Sink& out) {
  return std::make_unique<Bzip2Compressor>(codecs, level, cores, out);
}

}  // namespace nacre
