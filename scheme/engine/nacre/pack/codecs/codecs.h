/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "protocol.h"

/* A block, and where what it is compressed to goes. */
struct block {
  const uint32_t *parameters;
  const void *input;
  size_t input_size;
  void *output;
  size_t capacity;
};

/* One for each library.  What a call sets up for its parameters stays for the next call: a process
   is told the same ones every time. */
struct codec_reply compress_zstd (const struct block *block);
struct codec_reply compress_zstd_blocks (const struct block *block);
struct codec_reply compress_deflate (const struct block *block);
struct codec_reply compress_zlib (const struct block *block);
struct codec_reply compress_xz_block (const struct block *block);
struct codec_reply compress_xz (const struct block *block);
struct codec_reply compress_bzip2 (const struct block *block);
struct codec_reply compress_lzip (const struct block *block);

/* For what the libraries have no code for. */
enum { FAILURE_MEMORY = 0x10001, FAILURE_UNKNOWN = 0x10002 };

static inline struct codec_reply
failed (int code)
{
  return (struct codec_reply) { .failure = code };
}

static inline struct codec_reply
made (size_t size)
{
  return (struct codec_reply) { .size = size };
}
