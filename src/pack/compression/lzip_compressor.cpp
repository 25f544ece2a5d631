// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <memory>

#include "pack/compression/codec_process.hpp"
#include "pack/compression/compressor.hpp"

// A file of several members, as lzip's format has it: every reader goes on to the next one.

namespace nacre {
namespace {

/// What a member holds; fixed, because where the stream is cut decides its bytes. A larger
/// dictionary would not help.
constexpr std::size_t block_size = std::size_t{4} * 1024 * 1024;
/// Threads are given up for this, the last one excepted.
constexpr std::size_t memory_limit = std::size_t{192} * 1024 * 1024;

struct Effort {
  int dictionary_size;
  int match_length;  ///< a match of this length is not looked at again
};

constexpr int kibibyte = 1024;
/// By level; level 0 has the size by which lzlib knows its fast method.
constexpr std::array<Effort, 10> efforts{{
    {65535, 16},
    {1024 * kibibyte, 5},
    {1536 * kibibyte, 6},
    {2048 * kibibyte, 8},
    {3072 * kibibyte, 12},
    {4096 * kibibyte, 20},
    {4096 * kibibyte, 36},
    {4096 * kibibyte, 68},
    {4096 * kibibyte, 132},
    {4096 * kibibyte, 273},
}};

/// An encoder takes some ten times its dictionary; besides, a thread has blocks of its own.
unsigned most_workers(const Effort& effort) {
  const std::size_t needed = 11 * static_cast<std::size_t>(effort.dictionary_size) + 4 * block_size;
  return static_cast<unsigned>(memory_limit / needed);
}

CodecMethod method_of(const Effort& effort) {
  return {CODEC_LZIP,
          {static_cast<std::uint32_t>(effort.dictionary_size),
           static_cast<std::uint32_t>(effort.match_length), 0}};
}

/// A file of lzip's has a member, even if there is nothing in it: this one, with the smallest
/// dictionary.
constexpr std::string_view empty_member(
    "LZIP\x01\x0c\0\x83\xff\xfb\xff\xff\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x24\0\0\0\0\0\0\0", 36);

class LzipCompressor : public Compressor {
 public:
  LzipCompressor(const Codecs& codecs, const Effort& effort, unsigned cores, Sink& out)
      : out_(out),
        pipeline_(block_size, std::min(cores, most_workers(effort)),
                  codec_work(codecs, method_of(effort), codec_capacity(block_size),
                             [](Block& block, const CodecProcess::Result& made) {
                               block.output = made.bytes;
                             }),
                  [this](const Block& block) { take(block); }) {}

  void write(std::string_view bytes) override { pipeline_.write(bytes); }

  void finish() override {
    pipeline_.finish();
    if (!has_member_) out_.write(empty_member);
  }

 private:
  void take(const Block& block) {
    out_.write(block.output);
    has_member_ = true;
  }

  Sink& out_;
  bool has_member_ = false;
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace

std::unique_ptr<Compressor> make_lzip_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out) {
  return std::make_unique<LzipCompressor>(codecs, efforts.at(static_cast<std::size_t>(level)),
                                          cores, out);
}

}  // namespace nacre
