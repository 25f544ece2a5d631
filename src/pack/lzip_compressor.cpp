// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>
// which lzlib.h needs
#include <lzlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"
#include "pack/block_pipeline.hpp"
#include "pack/compressor.hpp"

// A file of several members, as lzip's format has it: every reader goes on to the next one.

namespace nacre {
namespace {

/// What a member holds; fixed, because where the stream is cut decides its bytes. A dictionary that
/// is larger is of no use then.
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

struct Close {
  void operator()(LZ_Encoder* encoder) { LZ_compress_close(encoder); }
};
using Encoder = std::unique_ptr<LZ_Encoder, Close>;

[[noreturn]] void fail(const Encoder& encoder) {
  const LZ_Errno code = LZ_compress_errno(encoder.get());
  if (code == LZ_mem_error) throw std::bad_alloc();
  throw Error("lzlib: {}", LZ_strerror(code));
}

void take_output(const Encoder& encoder, std::string& output) {
  constexpr std::size_t piece = std::size_t{256} * 1024;
  const std::size_t size = output.size();
  output.resize(size + piece);
  const int count =
      LZ_compress_read(encoder.get(), reinterpret_cast<std::uint8_t*>(output.data() + size), piece);
  if (count < 0) fail(encoder);
  output.resize(size + static_cast<std::size_t>(count));
}

/// Compresses a block into a member.
void compress_block(Block& block, const Effort& effort) {
  constexpr unsigned long long whole = 1ULL << 50;  // no limit to a member's size
  const Encoder encoder(LZ_compress_open(effort.dictionary_size, effort.match_length, whole));
  if (!encoder || LZ_compress_errno(encoder.get()) != LZ_ok) throw std::bad_alloc();
  const auto* input = reinterpret_cast<const std::uint8_t*>(block.input.data());
  for (std::size_t done = 0; LZ_compress_finished(encoder.get()) != 1;) {
    const int count =
        LZ_compress_write(encoder.get(), input + done, static_cast<int>(block.input.size() - done));
    if (count < 0) fail(encoder);
    done += static_cast<std::size_t>(count);
    if (done == block.input.size()) LZ_compress_finish(encoder.get());
    take_output(encoder, block.output);
  }
}

class LzipCompressor : public Compressor {
 public:
  LzipCompressor(int level, unsigned cores, Sink& out)
      : out_(out),
        effort_(efforts.at(static_cast<std::size_t>(level))),
        pipeline_(
            block_size, std::min(cores, most_workers(effort_)),
            [this]() -> BlockPipeline::Work {
              return [this](Block& block) { compress_block(block, effort_); };
            },
            [this](const Block& block) { take(block); }) {}

  void write(std::string_view bytes) override { pipeline_.write(bytes); }

  /// Of nothing there is one member, too: a file of none is not lzip's.
  void finish() override {
    pipeline_.finish();
    if (has_member_) return;
    Block empty;
    compress_block(empty, effort_);
    out_.write(empty.output);
  }

 private:
  void take(const Block& block) {
    out_.write(block.output);
    has_member_ = true;
  }

  Sink& out_;
  const Effort effort_;
  bool has_member_ = false;
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace

std::unique_ptr<Compressor> make_lzip_compressor(int level, unsigned cores, Sink& out) {
  return std::make_unique<LzipCompressor>(level, cores, out);
}

}  // namespace nacre
