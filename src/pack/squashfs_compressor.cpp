// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs_compressor.hpp"

#include <libdeflate.h>
#include <sqfs/compressor.h>
#include <sqfs/error.h>

#include "base/error.hpp"

namespace nacre {
namespace {

/// "gzip" (in SquashFS, that is the zlib format) by libdeflate, which takes half of zlib's time.
/// With its level 0 nothing becomes smaller, and so nothing is compressed.
struct Deflater : sqfs_compressor_t {
  Deflater(int deflate_level, std::size_t size);
  ~Deflater() { libdeflate_free_compressor(compressor); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  int level;
  std::size_t block_size;
  libdeflate_compressor* compressor;
};

Deflater& deflater_of(const sqfs_object_t* object) {
  auto* base = reinterpret_cast<const sqfs_compressor_t*>(object);
  return const_cast<Deflater&>(*static_cast<const Deflater*>(base));
}

void destroy_deflater(sqfs_object_t* object) {
  delete &deflater_of(object);
}

/// As C wants it: no exception, a null pointer.
sqfs_object_t* copy_deflater(const sqfs_object_t* object) try {
  const Deflater& original = deflater_of(object);
  return &(new Deflater(original.level, original.block_size))->base;
} catch (const std::exception&) {
  return nullptr;
}

void describe_deflater(const sqfs_compressor_t* base, sqfs_compressor_config_t* config) {
  const Deflater& deflater = deflater_of(&base->base);
  sqfs_compressor_config_init(config, SQFS_COMP_GZIP, deflater.block_size, 0);
}

/// The options would be a hint for who adds to the file system; readers need none.
int write_no_options(sqfs_compressor_t*, sqfs_file_t*) {
  return 0;
}

int read_no_options(sqfs_compressor_t*, sqfs_file_t*) {
  return SQFS_ERROR_UNSUPPORTED;
}

sqfs_s32 deflate_block(sqfs_compressor_t* base, const sqfs_u8* in, sqfs_u32 size, sqfs_u8* out,
                       sqfs_u32 out_size) {
  const std::size_t length =
      libdeflate_zlib_compress(deflater_of(&base->base).compressor, in, size, out, out_size);
  return length < size ? static_cast<sqfs_s32>(length) : 0;
}

Deflater::Deflater(int deflate_level, std::size_t size)
    : sqfs_compressor_t{{destroy_deflater, copy_deflater},
                        describe_deflater,
                        write_no_options,
                        read_no_options,
                        deflate_block},
      level(deflate_level),
      block_size(size),
      compressor(libdeflate_alloc_compressor(deflate_level)) {
  if (compressor == nullptr) throw Error(std::string("libdeflate cannot be set up"));
}

SQFS_COMPRESSOR id_of(Compression compression) {
  switch (compression) {
    case Compression::none:
    case Compression::gzip:
      return SQFS_COMP_GZIP;
    case Compression::zstd:
      return SQFS_COMP_ZSTD;
    case Compression::xz:
      return SQFS_COMP_XZ;
    case Compression::lzip:
    case Compression::bzip2:
      break;
  }
  throw Error("SquashFS has no compression by {}", to_string(compression));
}

SqfsPointer<sqfs_compressor_t> make_library_compressor(Compression compression,
                                                       std::size_t block_size, sqfs_u16 flags,
                                                       std::optional<int> level) {
  sqfs_compressor_config_t config;
  sqfs_compressor_t* compressor = nullptr;
  int status = sqfs_compressor_config_init(&config, id_of(compression), block_size, flags);
  if (level) config.level = static_cast<sqfs_u32>(*level);
  if (status == 0) status = sqfs_compressor_create(&config, &compressor);
  if (status != 0)
    throw Error("libsquashfs cannot compress with {} (status {})", to_string(compression), status);
  return SqfsPointer<sqfs_compressor_t>(compressor);
}

}  // namespace

SqfsPointer<sqfs_compressor_t> make_squashfs_compressor(Compression compression, int level,
                                                        std::size_t block_size) {
  if (compression == Compression::zstd || compression == Compression::xz)
    return make_library_compressor(compression, block_size, 0, level);
  return SqfsPointer<sqfs_compressor_t>(new Deflater(level, block_size));
}

SqfsPointer<sqfs_compressor_t> make_squashfs_decompressor(Compression compression,
                                                          std::size_t block_size) {
  return make_library_compressor(compression, block_size, SQFS_COMP_FLAG_UNCOMPRESS, {});
}

}  // namespace nacre
