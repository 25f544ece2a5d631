/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lzma.h>

#include "codecs.h"

/* LZMA2 with the level's parameters but for the dictionary. */
struct method {
  lzma_options_lzma options;
  lzma_filter filters[2];
};

static int
set_up (struct method *method, const uint32_t *parameters)
{
  if (lzma_lzma_preset (&method->options, parameters[0]))
    return LZMA_OPTIONS_ERROR;
  method->options.dict_size = parameters[1];
  method->filters[0] = (lzma_filter) { LZMA_FILTER_LZMA2, &method->options };
  method->filters[1] = (lzma_filter) { LZMA_VLI_UNKNOWN, NULL };
  return LZMA_OK;
}

static struct codec_reply
result (lzma_ret code, size_t size)
{
  if (code == LZMA_BUF_ERROR)
    return made (0);
  return code == LZMA_OK ? made (size) : failed (code);
}

struct codec_reply
compress_xz_block (const struct block *block)
{
  struct method method;
  const int failure = set_up (&method, block->parameters);
  if (failure)
    return failed (failure);
  lzma_block written = { .version = 0, .check = LZMA_CHECK_CRC64, .filters = method.filters };
  size_t size = 0;
  const lzma_ret code = lzma_block_buffer_encode (&written, NULL, block->input, block->input_size,
                                                  block->output, &size, block->capacity);
  struct codec_reply reply = result (code, size);
  if (code == LZMA_OK)
    reply.unpadded = lzma_block_unpadded_size (&written);
  return reply;
}

struct codec_reply
compress_xz (const struct block *block)
{
  struct method method;
  const int failure = set_up (&method, block->parameters);
  if (failure)
    return failed (failure);
  size_t size = 0;
  const lzma_ret code
      = lzma_stream_buffer_encode (method.filters, LZMA_CHECK_CRC32, NULL, block->input,
                                   block->input_size, block->output, &size, block->capacity);
  return result (code, size);
}
