// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "pack/compression/block_pipeline.hpp"
#include "pack/compression/codec_process.hpp"
#include "pack/new_file.hpp"

namespace nacre::squashfs {

/// Where the contents of a file are.
struct FileData {
  std::uint64_t size = 0;
  std::uint64_t start = 0;                ///< of its first block, from where the file system begins
  std::uint64_t sparse = 0;               ///< bytes of blocks of zeros, which are not stored
  std::vector<std::uint32_t> sizes;       ///< of its blocks, as inodes have them
  std::optional<std::uint32_t> fragment;  ///< has what comes after the last whole block
  std::uint32_t offset = 0;               ///< of that in the fragment, uncompressed
};

/// The contents of all files: blocks of one size, compressed by several processes, and ends of
/// files that share blocks, called fragments. What is equal is stored once: the blocks of a file,
/// and its end. Borrows all that it gets. Not thread-safe.
class DataWriter {
 public:
  /// Without a method, blocks stay as they are.
  DataWriter(NewFile& file, std::uint64_t start, const Codecs& codecs,
             const std::optional<CodecMethod>& method, unsigned threads);

  /// The file's size has to be known; then that many bytes are appended. `data` is complete after
  /// finish().
  void begin_file(FileData& data, std::uint64_t size);
  void append(std::string_view bytes);
  void end_file();
  /// Writes all that is held; there may be no more files.
  void finish();
  /// The table of fragments: where each is, and its size.
  const std::string& fragments() const { return fragments_; }

 private:
  void take(const Block& block);
  void complete_blocks(FileData& data);
  void add_end(FileData& data);
  void end_fragment();

  struct Place {
    std::uint32_t fragment;
    std::uint32_t offset;
  };

  NewFile& file_;
  const std::uint64_t start_;
  FileData* data_ = nullptr;          ///< of the file that is being added
  std::uint64_t rest_ = 0;            ///< bytes of its whole blocks that are to come
  std::string end_;                   ///< its bytes after those
  std::string fragment_;              ///< what the next one has so far
  std::uint32_t fragment_count_ = 0;  ///< of those before it
  std::string fragments_;
  std::map<std::string, Place> ends_;            ///< by their hashes
  std::map<std::string, std::uint64_t> starts_;  ///< of blocks of files, by their hashes
  bool is_fragment_ = false;                     ///< the next block that is taken
  std::vector<std::uint32_t> sizes_;             ///< of the blocks of a file that were just taken
  std::uint64_t stored_ = 0;                     ///< bytes of them in the file
  std::optional<HashSink> hash_;                 ///< of these bytes
  BlockPipeline pipeline_;  // last, so that its threads end before what they use goes
};

}  // namespace nacre::squashfs
