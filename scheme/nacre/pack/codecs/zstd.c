/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zstd.h>
#include <zstd_errors.h>

#include "codecs.h"

static int
set_up (ZSTD_CCtx *context, const uint32_t *parameters)
{
  const size_t results[] = {
    ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, parameters[0]),
    ZSTD_CCtx_setParameter (context, ZSTD_c_chainLog, parameters[1]),
    ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, parameters[2]),
  };
  for (size_t i = 0; i < sizeof results / sizeof *results; ++i)
    if (ZSTD_isError (results[i]))
      return ZSTD_getErrorCode (results[i]);
  return 0;
}

struct codec_reply
compress_zstd (const struct block *block)
{
  static ZSTD_CCtx *context;
  if (!context)
    {
      context = ZSTD_createCCtx ();
      if (!context)
        return failed (FAILURE_MEMORY);
    }
  const int failure = set_up (context, block->parameters);
  if (failure)
    return failed (failure);
  const size_t size = ZSTD_compress2 (context, block->output, block->capacity, block->input,
                                      block->input_size);
  if (!ZSTD_isError (size))
    return made (size);
  if (ZSTD_getErrorCode (size) == ZSTD_error_dstSize_tooSmall)
    return made (0);
  return failed (ZSTD_getErrorCode (size));
}
