// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/part_compressor.hpp"

#include <zlib.h>

#include <algorithm>
#include <cassert>

#include "base/error.hpp"
#include "pack/compression/block_work.hpp"

namespace nacre {
namespace {

/// Each worker holds some blocks, and what the library needs at that level: so many workers stay
/// below 180 MiB.
unsigned most_workers(Compression compression, int level) {
  if (compression == Compression::gzip) return level < 10 ? 24 : 8;
  return level < 5 ? 16 : level < 10 ? 8 : 4;
}

std::unique_ptr<BlockPipeline> make_pipeline(const Codecs& codecs, Compression compression,
                                             int level, unsigned cores, BlockPipeline::Work take) {
  const unsigned workers = std::clamp(cores, 1u, most_workers(compression, level));
  const bool is_gzip = compression == Compression::gzip;
  assert(is_gzip || compression == Compression::zstd);
  return std::make_unique<BlockPipeline>(
      is_gzip ? gzip_block_size : zstd_block_size(level), workers,
      is_gzip ? make_gzip_work(codecs, level) : make_zstd_work(codecs, level), std::move(take));
}

void append_little_endian(std::string& text, std::uint32_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8) text.push_back(static_cast<char>(value & 0xff));
}

}  // namespace

void PlainBytes::append(const PlainBytes& next) {
  checksum = static_cast<std::uint32_t>(
      crc32_combine(checksum, next.checksum, static_cast<z_off_t>(next.size)));
  size += next.size;
}

bool has_parts(Compression compression) {
  return compression == Compression::none || compression == Compression::gzip ||
         compression == Compression::zstd;
}

std::string stream_head(Compression compression) {
  // one frame: a window of 2^22 bytes, no checksum, no size
  if (compression == Compression::zstd) return {"\x28\xb5\x2f\xfd\x00\x60", 6};
  if (compression != Compression::gzip) return {};
  // no name, no time, no flags; the system that wrote it: unknown
  return {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};
}

std::string stream_tail(Compression compression, const PlainBytes& contents) {
  if (compression == Compression::zstd) return {"\x01\x00\x00", 3};  // an empty block, the last
  if (compression != Compression::gzip) return {};
  std::string tail("\x03\x00", 2);  // an empty block that is marked as the last
  append_little_endian(tail, contents.checksum);
  append_little_endian(tail, static_cast<std::uint32_t>(contents.size));
  return tail;
}

std::string part_method(const Codecs& codecs, Compression compression, std::optional<int> level) {
  const int chosen = compression_level(compression, level);
  if (compression == Compression::none) return "none";
  if (compression == Compression::gzip)
    return fmt::format("gzip {} {} {}", chosen, gzip_block_size, codecs.name);
  return fmt::format("zstd {} {} {} {}", chosen, zstd_block_size(chosen), zstd_work_version,
                     codecs.name);
}

PartCompressor::PartCompressor(const Codecs& codecs, Compression compression,
                               std::optional<int> level, unsigned cores, Sink& out)
    : out_(out) {
  const int chosen = compression_level(compression, level);
  if (compression == Compression::none)
    plain_.emplace(out);
  else
    pipeline_ =
        make_pipeline(codecs, compression, chosen, cores, [this](Block& block) { take(block); });
}

void PartCompressor::write(std::string_view bytes) {
  if (pipeline_) return pipeline_->write(bytes);
  plain_->write(bytes);
  part_.size += bytes.size();
}

void PartCompressor::end_part(std::function<void(const PlainBytes&)> then) {
  auto tell = [this, then = std::move(then)] { then(std::exchange(part_, {})); };
  if (pipeline_) return pipeline_->then(tell);
  plain_->flush();
  tell();
}

void PartCompressor::finish() {
  if (pipeline_) pipeline_->finish();
}

void PartCompressor::take(Block& block) {
  part_.append({block.input.size(), block.checksum});
  out_.write(block.output);
}

namespace {

/// A stream of one part.
class OnePartCompressor : public Compressor {
 public:
  OnePartCompressor(const Codecs& codecs, Compression compression, int level, unsigned cores,
                    Sink& out)
      : compression_(compression), out_(out), part_(codecs, compression, level, cores, out) {
    out_.write(stream_head(compression));
  }

  void write(std::string_view bytes) override { part_.write(bytes); }

  void finish() override {
    part_.end_part(
        [this](const PlainBytes& contents) { out_.write(stream_tail(compression_, contents)); });
    part_.finish();
  }

 private:
  Compression compression_;
  Sink& out_;
  PartCompressor part_;
};

}  // namespace

std::unique_ptr<Compressor> make_gzip_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out) {
  return std::make_unique<OnePartCompressor>(codecs, Compression::gzip, level, cores, out);
}

std::unique_ptr<Compressor> make_zstd_compressor(const Codecs& codecs, int level, unsigned cores,
                                                 Sink& out) {
  return std::make_unique<OnePartCompressor>(codecs, Compression::zstd, level, cores, out);
}

}  // namespace nacre
