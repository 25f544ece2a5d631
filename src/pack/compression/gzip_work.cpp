// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.hpp"
#include "pack/compression/block_work.hpp"
#include "pack/compression/codec_process.hpp"
#include "pack/compression/deflate_scan.hpp"

// One gzip member, made of deflate streams that were compressed independently of each other. A
// file of many members would need nothing of the below, but some readers stop after the first.

namespace nacre {
namespace {

/// Takes the mark of the final block away and adds an empty stored block (three zero bits, the
/// rest of the byte, then the length and its complement), which ends at a byte. libdeflate ends
/// every stream; where the final block starts only reading it tells.
void open_end(std::string& deflated, std::size_t size) {
  const DeflateScan scan = scan_deflate(deflated);
  if (scan.size != size) throw Error("the compressor has lost something of a block");
  char& header = deflated[scan.last_header / 8];
  header = static_cast<char>(header & ~(1 << scan.last_header % 8));
  deflated.resize((scan.end + 3 + 7) / 8, '\0');
  deflated.append("\x00\x00\xff\xff", 4);
}

}  // namespace

BlockPipeline::MakeWork make_gzip_work(const Codecs& codecs, int level) {
  return codec_work(codecs, {CODEC_DEFLATE, {static_cast<std::uint32_t>(level), 0, 0}},
                    codec_capacity(gzip_block_size),
                    [](Block& block, const CodecProcess::Result& made) {
                      block.output = made.bytes;
                      block.checksum = made.checksum;
                      open_end(block.output, block.input.size());
                    });
}

}  // namespace nacre
