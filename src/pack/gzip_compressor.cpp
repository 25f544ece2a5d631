// SPDX-License-Identifier: GPL-3.0-or-later
#define ZLIB_CONST  // zlib does not write to its input
#include <libdeflate.h>
#include <zlib.h>

#include <array>
#include <cassert>
#include <memory>

#include "base/error.hpp"
#include "pack/block_pipeline.hpp"
#include "pack/compressor.hpp"

// One gzip member, made of deflate streams that were compressed independently of each other. A
// file of many members would need nothing of the below, but some readers stop after the first.

namespace nacre {
namespace {

constexpr std::size_t block_size = 1024 * 1024;

/// A place in a stream of bits; deflate fills bytes from the lowest bit.
struct BitPosition {
  std::size_t bit;
  std::size_t byte() const { return bit / 8; }
  unsigned shift() const { return bit % 8; }
};

struct DeflateEnd {
  BitPosition last_header;  ///< where the header of the last deflate block is
  BitPosition end;          ///< after its last bit
};

/// libdeflate ends every stream; where the final block starts only decoding it tells.
class FinalBlockFinder {
 public:
  FinalBlockFinder() : scratch_(block_size, '\0') {
    if (inflateInit2(&stream_, -15) != Z_OK) throw Error(std::string("zlib cannot be set up"));
  }
  ~FinalBlockFinder() { inflateEnd(&stream_); }
  FinalBlockFinder(const FinalBlockFinder&) = delete;
  FinalBlockFinder& operator=(const FinalBlockFinder&) = delete;

  DeflateEnd find(const std::string& deflated) {
    inflateReset(&stream_);
    stream_.next_in = reinterpret_cast<const Bytef*>(deflated.data());
    stream_.avail_in = static_cast<uInt>(deflated.size());
    stream_.next_out = reinterpret_cast<Bytef*>(scratch_.data());
    stream_.avail_out = static_cast<uInt>(scratch_.size());
    BitPosition header{0};
    for (;;) {
      int result = inflate(&stream_, Z_BLOCK);
      if (result != Z_OK || !(stream_.data_type & 128))
        throw Error("zlib cannot read what libdeflate wrote (status {})", result);
      BitPosition here{stream_.total_in * 8 - static_cast<unsigned>(stream_.data_type & 7)};
      if (stream_.data_type & 64) return {header, here};
      header = here;
    }
  }

 private:
  z_stream stream_{};
  std::string scratch_;
};

/// Compresses a block into deflate data that ends at a byte and is not marked as the last.
class BlockDeflater {
 public:
  explicit BlockDeflater(int level) : compressor_(libdeflate_alloc_compressor(level)) {
    if (!compressor_) throw Error(std::string("libdeflate cannot be set up"));
  }

  void operator()(Block& block) {
    std::size_t size = block.input.size();
    block.checksum = libdeflate_crc32(0, block.input.data(), size);
    block.output.resize(libdeflate_deflate_compress_bound(compressor_.get(), size));
    std::size_t length = libdeflate_deflate_compress(compressor_.get(), block.input.data(), size,
                                                     block.output.data(), block.output.size());
    assert(length > 0);
    block.output.resize(length);
    open_end(block.output);
  }

 private:
  /// Takes the mark of the final block away and adds an empty stored block (three zero bits, the
  /// rest of the byte, then the length and its complement), which ends at a byte.
  void open_end(std::string& deflated) {
    auto [header, end] = finder_.find(deflated);
    deflated[header.byte()] = static_cast<char>(deflated[header.byte()] & ~(1 << header.shift()));
    deflated.resize((end.bit + 3 + 7) / 8, '\0');
    deflated.append("\x00\x00\xff\xff", 4);
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) { libdeflate_free_compressor(compressor); }
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  FinalBlockFinder finder_;
};

void append_little_endian(std::string& text, std::uint32_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8) text.push_back(static_cast<char>(value & 0xff));
}

class GzipCompressor : public Compressor {
 public:
  GzipCompressor(int level, unsigned cores, Sink& out)
      : out_(out),
        pipeline_(
            block_size, cores,
            [level]() -> BlockPipeline::Work {
              auto deflater = std::make_shared<BlockDeflater>(level);
              return [deflater](Block& block) { (*deflater)(block); };
            },
            [this](Block& block) { take(block); }) {
    // no name, no time, no flags; the system that wrote it: unknown
    out_.write(std::string_view("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10));
  }

  void write(std::string_view bytes) override { pipeline_.write(bytes); }

  void finish() override {
    pipeline_.finish();
    std::string end("\x03\x00", 2);  // an empty block that is marked as the last
    append_little_endian(end, checksum_);
    append_little_endian(end, static_cast<std::uint32_t>(size_));
    out_.write(end);
  }

 private:
  void take(Block& block) {
    checksum_ = static_cast<std::uint32_t>(
        crc32_combine(checksum_, block.checksum, static_cast<z_off_t>(block.input.size())));
    size_ += block.input.size();
    out_.write(block.output);
  }

  Sink& out_;
  std::uint32_t checksum_ = 0;
  std::uint64_t size_ = 0;
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace

std::unique_ptr<Compressor> make_gzip_compressor(int level, unsigned cores, Sink& out) {
  return std::make_unique<GzipCompressor>(level, cores, out);
}

}  // namespace nacre
