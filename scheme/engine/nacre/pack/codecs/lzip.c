/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
/* which lzlib.h needs */
#include <lzlib.h>

#include "codecs.h"

static struct codec_reply
run (struct LZ_Encoder *encoder, const struct block *block)
{
  size_t read = 0;
  size_t written = 0;
  while (LZ_compress_finished (encoder) != 1)
    {
      const int taken = LZ_compress_write (encoder, (const uint8_t *) block->input + read,
                                           block->input_size - read);
      if (taken < 0)
        return failed (LZ_compress_errno (encoder));
      read += taken;
      if (read == block->input_size)
        LZ_compress_finish (encoder);
      if (written == block->capacity)
        return made (0);
      const int count = LZ_compress_read (encoder, (uint8_t *) block->output + written,
                                          block->capacity - written);
      if (count < 0)
        return failed (LZ_compress_errno (encoder));
      written += count;
    }
  return made (written);
}

struct codec_reply
compress_lzip (const struct block *block)
{
  /* No limit to a member's size. */
  struct LZ_Encoder *encoder = LZ_compress_open (block->parameters[0], block->parameters[1], 1ULL << 50);
  if (!encoder)
    return failed (FAILURE_MEMORY);
  const struct codec_reply reply = LZ_compress_errno (encoder) == LZ_ok
                                       ? run (encoder, block)
                                       : failed (LZ_compress_errno (encoder));
  LZ_compress_close (encoder);
  return reply;
}
