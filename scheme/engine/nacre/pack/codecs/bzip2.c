/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <bzlib.h>
#include <stdlib.h>

#include "codecs.h"

struct codec_reply
compress_bzip2 (const struct block *block)
{
  unsigned size = block->capacity;
  const int code = BZ2_bzBuffToBuffCompress (block->output, &size, (char *) block->input,
                                             block->input_size, block->parameters[0], 0, 0);
  if (code == BZ_OUTBUFF_FULL)
    return made (0);
  return code == BZ_OK ? made (size) : failed (code);
}

/* What the library calls, without its usual output, where it finds itself damaged. */
void
bz_internal_error (int code)
{
  (void) code;
  abort ();
}
