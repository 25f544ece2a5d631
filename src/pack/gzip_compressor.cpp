// SPDX-License-Identifier: GPL-3.0-or-later
#define ZLIB_CONST  // zlib does not write to its input
#include <libdeflate.h>
#include <zlib.h>

#include <array>
#include <cassert>
#include <memory>

#include "base/error.hpp"
#include "pack/block_work.hpp"
#include "pack/compressor.hpp"
#include "pack/part_compressor.hpp"

// One gzip member, made of deflate streams that were compressed independently of each other. A
// file of many members would need nothing of the below, but some readers stop after the first.

namespace nacre {
namespace {

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
  FinalBlockFinder() : scratch_(gzip_block_size, '\0') {
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

/// A stream of one part.
class GzipCompressor : public Compressor {
 public:
  GzipCompressor(int level, unsigned cores, Sink& out)
      : out_(out), part_(Compression::gzip, level, cores, out) {
    out_.write(stream_head(Compression::gzip));
  }

  void write(std::string_view bytes) override { part_.write(bytes); }

  void finish() override {
    part_.end_part([this](const PlainBytes& contents) {
      out_.write(stream_tail(Compression::gzip, contents));
    });
    part_.finish();
  }

 private:
  Sink& out_;
  PartCompressor part_;
};

}  // namespace

BlockPipeline::Work make_gzip_work(int level) {
  auto deflater = std::make_shared<BlockDeflater>(level);
  return [deflater](Block& block) { (*deflater)(block); };
}

std::string gzip_library() {
  return "libdeflate " LIBDEFLATE_VERSION_STRING;
}

std::unique_ptr<Compressor> make_gzip_compressor(int level, unsigned cores, Sink& out) {
  return std::make_unique<GzipCompressor>(level, cores, out);
}

}  // namespace nacre
