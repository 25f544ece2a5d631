/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libdeflate.h>

#include "codecs.h"

static struct libdeflate_compressor *
compressor_of (uint32_t level)
{
  static struct libdeflate_compressor *compressor;
  static uint32_t compressor_level;
  if (compressor && level != compressor_level)
    {
      libdeflate_free_compressor (compressor);
      compressor = NULL;
    }
  if (!compressor)
    compressor = libdeflate_alloc_compressor (level);
  compressor_level = level;
  return compressor;
}

struct codec_reply
compress_deflate (const struct block *block)
{
  struct libdeflate_compressor *compressor = compressor_of (block->parameters[0]);
  if (!compressor)
    return failed (FAILURE_MEMORY);
  struct codec_reply reply = made (libdeflate_deflate_compress (
      compressor, block->input, block->input_size, block->output, block->capacity));
  reply.checksum = libdeflate_crc32 (0, block->input, block->input_size);
  return reply;
}

struct codec_reply
compress_zlib (const struct block *block)
{
  struct libdeflate_compressor *compressor = compressor_of (block->parameters[0]);
  if (!compressor)
    return failed (FAILURE_MEMORY);
  return made (libdeflate_zlib_compress (compressor, block->input, block->input_size,
                                         block->output, block->capacity));
}
