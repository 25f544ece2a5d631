// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs/squashfs_data.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "base/error.hpp"
#include "pack/squashfs/squashfs_format.hpp"

namespace nacre::squashfs {
namespace {

bool is_zero(std::string_view bytes) {
  return bytes[0] == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// A block that does not become smaller stays as it is.
void choose(Block& block, std::string_view made) {
  if (made.empty() || made.size() >= block.input.size()) made = block.input;
  block.output = made;
}

BlockPipeline::MakeWork data_work(const Codecs& codecs, const std::optional<CodecMethod>& method) {
  if (!method)
    return [](const SharedMemory&) -> BlockPipeline::Work {
      return [](Block& block) {
        if (!is_zero(block.input)) choose(block, {});
      };
    };
  return [codecs, method = *method](const SharedMemory& input) -> BlockPipeline::Work {
    auto process =
        std::make_shared<CodecProcess>(codecs, method, input, codec_capacity(block_size));
    return [process](Block& block) {
      if (!is_zero(block.input)) choose(block, process->run(block.input).bytes);
    };
  };
}

std::uint32_t size_field(const Block& block, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return bytes.size() == block.input.size() ? size | is_stored : size;
}

std::string digest(std::string_view bytes) {
  return hash_bytes(HashAlgorithm::sha256, bytes).bytes;
}

}  // namespace

DataWriter::DataWriter(NewFile& file, std::uint64_t start, const Codecs& codecs,
                       const std::optional<CodecMethod>& method, unsigned threads)
    : file_(file),
      start_(start),
      pipeline_(block_size, std::max(threads, 1U), data_work(codecs, method),
                [this](const Block& block) { take(block); }) {}

void DataWriter::begin_file(FileData& data, std::uint64_t size) {
  assert(rest_ == 0 && end_.empty());
  data_ = &data;
  data.size = size;
  rest_ = size - size % block_size;
}

void DataWriter::append(std::string_view bytes) {
  const std::string_view whole = bytes.substr(0, rest_);
  pipeline_.write(whole);
  rest_ -= whole.size();
  end_ += bytes.substr(whole.size());
}

void DataWriter::end_file() {
  assert(rest_ == 0 && end_.size() == data_->size % block_size);
  if (data_->size >= block_size) pipeline_.then([this, data = data_] { complete_blocks(*data); });
  if (!end_.empty()) add_end(*data_);
  end_.clear();
}

/// Of a file's blocks of zeros nothing is written; a fragment has to be there.
void DataWriter::take(const Block& block) {
  const bool is_hole = block.output.empty();
  if (is_fragment_) {
    const std::string_view bytes = is_hole ? block.input : block.output;
    fragments_ += Fields()
                      .number(file_.size() - start_)
                      .number(size_field(block, bytes))
                      .number(std::uint32_t{0})
                      .bytes();
    return file_.write(bytes);
  }
  if (!hash_) hash_.emplace(HashAlgorithm::sha256);
  hash_->write(block.output);
  sizes_.push_back(size_field(block, block.output));
  stored_ += block.output.size();
  file_.write(block.output);
}

/// The blocks of a file were the last ones that were written. If they are those of an earlier file,
/// they go again.
void DataWriter::complete_blocks(FileData& data) {
  const std::uint64_t start = file_.size() - std::exchange(stored_, 0);
  data.sizes = std::exchange(sizes_, {});
  data.sparse = static_cast<std::uint64_t>(
                    std::count(data.sizes.begin(), data.sizes.end(), std::uint32_t{0})) *
                block_size;
  Fields sizes;
  for (const std::uint32_t size : data.sizes) sizes.number(size);
  hash_->write(sizes.bytes());
  const auto [known, is_new] = starts_.try_emplace(hash_->finish().bytes, start - start_);
  hash_.reset();
  if (!is_new) file_.truncate(start);
  data.start = known->second;
}

void DataWriter::add_end(FileData& data) {
  const auto [known, is_new] = ends_.try_emplace(digest(end_));
  if (is_new) {
    if (fragment_.size() + end_.size() > block_size) end_fragment();
    known->second = {fragment_count_, static_cast<std::uint32_t>(fragment_.size())};
    fragment_ += end_;
  }
  data.fragment = known->second.fragment;
  data.offset = known->second.offset;
}

void DataWriter::end_fragment() {
  if (fragment_.empty()) return;
  pipeline_.then([this] { is_fragment_ = true; });
  pipeline_.write(fragment_);
  pipeline_.then([this] { is_fragment_ = false; });
  fragment_.clear();
  ++fragment_count_;
}

void DataWriter::finish() {
  end_fragment();
  pipeline_.finish();
}

}  // namespace nacre::squashfs
