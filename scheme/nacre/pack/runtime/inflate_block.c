// SPDX-License-Identifier: GPL-3.0-or-later
#include "inflate_block.h"

#include <zlib.h>
#include <zstd.h>

enum { compression_zlib = 1, compression_zstd = 6 };

int can_inflate(unsigned compression) {
  return compression == compression_zlib || compression == compression_zstd;
}

static ssize_t inflate_zlib(const char* packed, size_t packed_size, char* bytes, size_t limit) {
  uLongf length = limit;
  int status = uncompress((Bytef*)bytes, &length, (const Bytef*)packed, packed_size);
  return status == Z_OK ? (ssize_t)length : -1;
}

static ssize_t inflate_zstd(const char* packed, size_t packed_size, char* bytes, size_t limit) {
  size_t length = ZSTD_decompress(bytes, limit, packed, packed_size);
  return ZSTD_isError(length) ? -1 : (ssize_t)length;
}

ssize_t inflate_block(unsigned compression, const char* packed, size_t packed_size, char* bytes,
                      size_t limit) {
  if (compression == compression_zlib) return inflate_zlib(packed, packed_size, bytes, limit);
  if (compression == compression_zstd) return inflate_zstd(packed, packed_size, bytes, limit);
  return -1;
}
