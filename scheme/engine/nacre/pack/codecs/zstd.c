/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The functions for parts of frames are those that the library's own threads use. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#include "codecs.h"

/* Of the library, but in no header of it that users have: later blocks will not use the distances
   that a frame begins with.  */
void ZSTD_invalidateRepCodes (ZSTD_CCtx *context);

static ZSTD_CCtx *
context_of_process (void)
{
  static ZSTD_CCtx *context;
  if (!context)
    context = ZSTD_createCCtx ();
  return context;
}

static struct codec_reply
result (size_t size)
{
  if (!ZSTD_isError (size))
    return made (size);
  if (ZSTD_getErrorCode (size) == ZSTD_error_dstSize_tooSmall)
    return made (0);
  return failed (ZSTD_getErrorCode (size));
}

struct codec_reply
compress_zstd (const struct block *block)
{
  ZSTD_CCtx *context = context_of_process ();
  if (!context)
    return failed (FAILURE_MEMORY);
  return result (ZSTD_compressCCtx (context, block->output, block->capacity, block->input,
                                    block->input_size, block->parameters[0]));
}

/* A frame's header comes first, which goes again: the next call begins at the same place.  */
struct codec_reply
compress_zstd_blocks (const struct block *block)
{
  ZSTD_CCtx *context = context_of_process ();
  if (!context)
    return failed (FAILURE_MEMORY);
  ZSTD_parameters parameters
      = ZSTD_getParams (block->parameters[0], 1ULL << block->parameters[2], 0);
  parameters.fParams.contentSizeFlag = 0;
  if (block->parameters[1])
    parameters.cParams.chainLog = block->parameters[1];
  size_t size = ZSTD_compressBegin_advanced (context, NULL, 0, parameters,
                                             ZSTD_CONTENTSIZE_UNKNOWN);
  if (!ZSTD_isError (size))
    size = ZSTD_compressContinue (context, block->output, block->capacity, block->input, 0);
  if (ZSTD_isError (size))
    return result (size);
  ZSTD_invalidateRepCodes (context);
  return result (ZSTD_compressContinue (context, block->output, block->capacity, block->input,
                                        block->input_size));
}
