/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the engine and the program nacre-codecs say to each other.  The program gets its version and
   the sizes of two memories as arguments; descriptor 0 is a socket, over which requests come and
   replies go; CODEC_INPUT and CODEC_OUTPUT are the memories, to be mapped.  It opens nothing else. */
#pragma once

#include <stdint.h>

#define CODEC_PROTOCOL "1"

enum { CODEC_INPUT = 3, CODEC_OUTPUT = 4 };

/* What a block is compressed to, and by which parameters. */
enum codec {
  CODEC_ZSTD = 1,     /* a frame; level */
  CODEC_DEFLATE = 2,  /* a deflate stream; level */
  CODEC_ZLIB = 3,     /* a zlib stream; level */
  CODEC_XZ_BLOCK = 4, /* a block of an xz stream with a CRC-64; level, size of the dictionary */
  CODEC_XZ = 5,       /* an xz stream with a CRC-32; level, size of the dictionary */
  CODEC_BZIP2 = 6,    /* a bzip2 stream; level */
  CODEC_LZIP = 7,     /* a member; size of the dictionary, length of a match that is good enough */
  /* blocks for the middle of a zstd frame, which need nothing of what is before them; level, chainLog or 0 for the level's,
     the logarithm of what is compressed at most */
  CODEC_ZSTD_BLOCKS = 8
};

struct codec_request {
  uint32_t codec;
  uint32_t parameters[3];
  uint64_t input; /* where the block is in the first memory */
  uint64_t input_size;
};

/* What was made is at the start of the second memory. */
struct codec_reply {
  int32_t failure;   /* 0; else a code of the library's */
  uint32_t checksum; /* CODEC_DEFLATE: the block's CRC-32; else 0 */
  uint64_t size;     /* 0 if the memory was too small, which is no failure */
  uint64_t unpadded; /* CODEC_XZ_BLOCK: the size without padding; else 0 */
};
