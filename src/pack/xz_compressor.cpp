// SPDX-License-Identifier: GPL-3.0-or-later
#include <lzma.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "pack/compressor.hpp"

namespace nacre {
namespace {

/// What one thread compresses; fixed, because where the stream is cut decides its bytes. A
/// dictionary that is larger is of no use then.
constexpr std::uint32_t block_size = 4 * 1024 * 1024;
/// Threads are given up for this, the last one excepted.
constexpr std::uint64_t memory_limit = 224 * 1024 * 1024;

class XzCompressor : public Compressor {
 public:
  XzCompressor(int level, unsigned cores, Sink& out) : out_(out), buffer_(256 * 1024, '\0') {
    lzma_options_lzma method;
    if (lzma_lzma_preset(&method, static_cast<std::uint32_t>(level)))
      throw Error(std::string("liblzma does not have this level"));
    method.dict_size = std::min<std::uint32_t>(method.dict_size, block_size);
    const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &method}, {LZMA_VLI_UNKNOWN, nullptr}};
    lzma_mt options{};
    options.block_size = block_size;
    options.filters = filters;
    options.check = LZMA_CHECK_CRC64;
    options.threads = cores;
    while (options.threads > 1 && lzma_stream_encoder_mt_memusage(&options) > memory_limit)
      --options.threads;
    if (lzma_stream_encoder_mt(&stream_, &options) != LZMA_OK)
      throw Error(std::string("liblzma cannot be set up: not enough memory"));
  }
  ~XzCompressor() override { lzma_end(&stream_); }

  void write(std::string_view bytes) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    stream_.avail_in = bytes.size();
    while (stream_.avail_in > 0) step(LZMA_RUN);
  }

  void finish() override {
    while (step(LZMA_FINISH) != LZMA_STREAM_END) check_interrupted();
  }

 private:
  lzma_ret step(lzma_action action) {
    stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer_.data());
    stream_.avail_out = buffer_.size();
    lzma_ret result = lzma_code(&stream_, action);
    if (result != LZMA_OK && result != LZMA_STREAM_END)
      throw Error("liblzma failed with code {}", static_cast<int>(result));
    std::size_t count = buffer_.size() - stream_.avail_out;
    if (count > 0) out_.write({buffer_.data(), count});
    return result;
  }

  Sink& out_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Compressor> make_xz_compressor(int level, unsigned cores, Sink& out) {
  return std::make_unique<XzCompressor>(level, cores, out);
}

}  // namespace nacre
