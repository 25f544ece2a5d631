// SPDX-License-Identifier: GPL-3.0-or-later
#include <libdeflate.h>

#include <cassert>
#include <memory>

#include "base/error.hpp"
#include "pack/block_work.hpp"
#include "pack/compressor.hpp"
#include "pack/deflate_scan.hpp"
#include "pack/part_compressor.hpp"
#include "pack/scratch.hpp"

// One gzip member, made of deflate streams that were compressed independently of each other. A
// file of many members would need nothing of the below, but some readers stop after the first.

namespace nacre {
namespace {

/// Compresses a block into deflate data that ends at a byte and is not marked as the last.
class BlockDeflater {
 public:
  explicit BlockDeflater(int level) : compressor_(libdeflate_alloc_compressor(level)) {
    if (!compressor_) throw Error(std::string("libdeflate cannot be set up"));
  }

  void operator()(Block& block) {
    std::size_t size = block.input.size();
    block.checksum = libdeflate_crc32(0, block.input.data(), size);
    const std::size_t bound = libdeflate_deflate_compress_bound(compressor_.get(), size);
    char* deflated = scratch_.reserve(bound);
    std::size_t length =
        libdeflate_deflate_compress(compressor_.get(), block.input.data(), size, deflated, bound);
    assert(length > 0);
    block.output.assign(deflated, length);
    open_end(block.output, size);
  }

 private:
  /// Takes the mark of the final block away and adds an empty stored block (three zero bits, the
  /// rest of the byte, then the length and its complement), which ends at a byte. libdeflate ends
  /// every stream; where the final block starts only reading it tells.
  static void open_end(std::string& deflated, std::size_t size) {
    const DeflateScan scan = scan_deflate(deflated);
    if (scan.size != size) throw Error(std::string("libdeflate has lost something"));
    char& header = deflated[scan.last_header / 8];
    header = static_cast<char>(header & ~(1 << scan.last_header % 8));
    deflated.resize((scan.end + 3 + 7) / 8, '\0');
    deflated.append("\x00\x00\xff\xff", 4);
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) { libdeflate_free_compressor(compressor); }
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  Scratch scratch_;
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
