/* SPDX-License-Identifier: GPL-3.0-or-later */

/* nacre-codecs: compresses blocks of memory for the engine, which starts one for each of its
   threads, so that the bytes of a pack do not depend on the libraries of the machine.  What system
   calls it has left are in the engine's src/pack/codec_process.cpp.  */

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "codecs.h"

static struct codec_reply
compress (uint32_t codec, const struct block *block)
{
  switch (codec)
    {
    case CODEC_ZSTD: return compress_zstd (block);
    case CODEC_ZSTD_BLOCKS: return compress_zstd_blocks (block);
    case CODEC_DEFLATE: return compress_deflate (block);
    case CODEC_ZLIB: return compress_zlib (block);
    case CODEC_XZ_BLOCK: return compress_xz_block (block);
    case CODEC_XZ: return compress_xz (block);
    case CODEC_BZIP2: return compress_bzip2 (block);
    case CODEC_LZIP: return compress_lzip (block);
    default: return failed (FAILURE_UNKNOWN);
    }
}

/* 1 when the record came, 0 if there is none. */
static int
receive (void *record, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      ssize_t count = read (0, (char *) record + done, size - done);
      if (count <= 0)
        return 0;
      done += count;
    }
  return 1;
}

static int
reply (const void *record, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      ssize_t count = write (0, (const char *) record + done, size - done);
      if (count <= 0)
        return 0;
      done += count;
    }
  return 1;
}

int
main (int argc, char **argv)
{
  if (argc != 4 || strcmp (argv[1], CODEC_PROTOCOL) != 0)
    return 2;
  const size_t input_size = strtoull (argv[2], NULL, 10);
  const size_t output_size = strtoull (argv[3], NULL, 10);
  const char *input = mmap (NULL, input_size, PROT_READ, MAP_SHARED, CODEC_INPUT, 0);
  char *output = mmap (NULL, output_size, PROT_READ | PROT_WRITE, MAP_SHARED, CODEC_OUTPUT, 0);
  if (input == MAP_FAILED || output == MAP_FAILED)
    return 3;
  /* What a library frees it asks for again with the next block. */
  mallopt (M_MMAP_THRESHOLD, 1 << 30);
  mallopt (M_TRIM_THRESHOLD, -1);

  for (struct codec_request request; receive (&request, sizeof request);)
    {
      if (request.input > input_size || request.input_size > input_size - request.input)
        return 4;
      const struct block block = { request.parameters, input + request.input, request.input_size,
                                   output, output_size };
      const struct codec_reply done = compress (request.codec, &block);
      if (!reply (&done, sizeof done))
        return 5;
    }
  return 0;
}
