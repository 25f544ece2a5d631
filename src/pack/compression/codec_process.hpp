// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "codecs/protocol.h"
#include "pack/compression/block_pipeline.hpp"
#include "pack/compression/codecs.hpp"
#include "pack/compression/shared_memory.hpp"

namespace nacre {

/// How a block is compressed: see codecs/protocol.h.
struct CodecMethod {
  std::uint32_t kind;  ///< one of the codecs
  std::uint32_t parameters[3];
};

/// A process of the program that compresses. The author of the derivation chose the program: it can
/// read the blocks and write what becomes of them, and has no other way to anything: no files, no
/// network, no processes. What it answers is not believed where that would matter to us. It ends
/// with this object, or with the thread that made it. From one thread at a time.
class CodecProcess {
 public:
  /// Blocks will be in `input`; what they become is `capacity` bytes long at most. SystemError if
  /// it cannot be started.
  CodecProcess(const Codecs& codecs, CodecMethod method, const SharedMemory& input,
               std::size_t capacity);
  ~CodecProcess();
  CodecProcess(const CodecProcess&) = delete;
  CodecProcess& operator=(const CodecProcess&) = delete;

  struct Result {
    std::string_view bytes;  ///< until the next call; empty if they would be too many
    std::uint32_t checksum;
    std::uint64_t unpadded;
  };
  /// Compresses bytes that are in the input. Error if the program fails or ends.
  Result run(std::string_view block);

 private:
  [[noreturn]] void fail_ended();
  int wait_for_end();

  std::string program_;
  CodecMethod method_;
  const SharedMemory& input_;
  SharedMemory output_;
  UniqueFd socket_;
  pid_t pid_ = -1;
};

/// So many bytes a block of this size becomes at most, by any method.
std::size_t codec_capacity(std::size_t block_size);

/// What workers of a BlockPipeline do: each has a process of its own, of whose result `then` makes
/// the block's output.
BlockPipeline::MakeWork codec_work(const Codecs& codecs, CodecMethod method, std::size_t capacity,
                                   std::function<void(Block&, const CodecProcess::Result&)> then);

}  // namespace nacre
