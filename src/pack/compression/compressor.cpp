// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/compressor.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace nacre {
namespace {

struct Format {
  Compression compression;
  std::string_view name;
  int lowest_level;
  int highest_level;
  int default_level;
  std::unique_ptr<Compressor> (*make)(const Codecs& codecs, int level, unsigned cores, Sink& out);
};

class NoCompressor : public Compressor {
 public:
  explicit NoCompressor(Sink& out) : out_(out) {}
  void write(std::string_view bytes) override { out_.write(bytes); }
  void finish() override { out_.flush(); }

 private:
  BufferedSink out_;
};

std::unique_ptr<Compressor> make_no_compressor(const Codecs&, int, unsigned, Sink& out) {
  return std::make_unique<NoCompressor>(out);
}

constexpr std::array<Format, 6> formats{{
    {Compression::none, "none", 0, 0, 0, make_no_compressor},
    {Compression::gzip, "gzip", 1, 12, 6, make_gzip_compressor},
    {Compression::zstd, "zstd", 1, 19, 3, make_zstd_compressor},
    {Compression::xz, "xz", 0, 9, 6, make_xz_compressor},
    {Compression::lzip, "lzip", 0, 9, 6, make_lzip_compressor},
    {Compression::bzip2, "bzip2", 1, 9, 9, make_bzip2_compressor},
}};

const Format& format_of(Compression compression) {
  return formats.at(static_cast<std::size_t>(compression));
}

std::string known_names() {
  std::string names;
  for (const Format& format : formats)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", format.name);
  return names;
}

}  // namespace

std::string_view to_string(Compression compression) {
  return format_of(compression).name;
}

Compression parse_compression(std::string_view name) {
  for (const Format& format : formats)
    if (format.name == name) return format.compression;
  throw Error("unknown compression '{}'", name).hint("known ones are " + known_names());
}

int compression_level(Compression compression, std::optional<int> level) {
  const Format& format = format_of(compression);
  int chosen = level.value_or(format.default_level);
  if (chosen < format.lowest_level || chosen > format.highest_level)
    throw Error("{} has no compression level {}: levels are {} to {}", format.name, chosen,
                format.lowest_level, format.highest_level);
  return chosen;
}

std::unique_ptr<Compressor> make_compressor(const Codecs& codecs, Compression compression,
                                            std::optional<int> level, unsigned cores, Sink& out) {
  int chosen = compression_level(compression, level);
  return format_of(compression).make(codecs, chosen, std::max(cores, 1u), out);
}

}  // namespace nacre
