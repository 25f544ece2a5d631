// SPDX-License-Identifier: GPL-3.0-or-later
#include "inflate_block.h"

#include <zlib.h>
#include <zstd.h>

enum { compression_zlib = 1, compression_zstd = 6 };

int can_inflate(unsigned compression) {
  return compression == compression_zlib || compression == compression_zstd;
}

// What unpacks is kept for the next block: to make it takes longer than to unpack a small one.

static ssize_t inflate_zlib(const char* packed, size_t packed_size, char* bytes, size_t limit) {
  static z_stream stream;
  int status = stream.state ? inflateReset(&stream) : inflateInit(&stream);
  if (status != Z_OK) return -1;
  stream.next_in = (Bytef*)packed;
  stream.avail_in = (uInt)packed_size;
  stream.next_out = (Bytef*)bytes;
  stream.avail_out = (uInt)limit;
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) return -1;
  return (ssize_t)(limit - stream.avail_out);
}

static ssize_t inflate_zstd(const char* packed, size_t packed_size, char* bytes, size_t limit) {
  static ZSTD_DCtx* context;
  if (!context && !(context = ZSTD_createDCtx())) return -1;
  size_t length = ZSTD_decompressDCtx(context, bytes, limit, packed, packed_size);
  return ZSTD_isError(length) ? -1 : (ssize_t)length;
}

ssize_t inflate_block(unsigned compression, const char* packed, size_t packed_size, char* bytes,
                      size_t limit) {
  if (compression == compression_zlib) return inflate_zlib(packed, packed_size, bytes, limit);
  if (compression == compression_zstd) return inflate_zstd(packed, packed_size, bytes, limit);
  return -1;
}
