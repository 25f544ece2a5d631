// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/squashfs/squashfs_metadata.hpp"

#include <algorithm>
#include <cstring>

#include "pack/squashfs/squashfs_format.hpp"

namespace nacre::squashfs {

MetadataCodec::MetadataCodec(const Codecs& codecs, const std::optional<CodecMethod>& method)
    : input_(metadata_size) {
  if (method) process_.emplace(codecs, *method, input_, codec_capacity(metadata_size));
}

std::string MetadataCodec::encode(std::string_view block) {
  std::string made;
  if (process_) {
    std::memcpy(input_.data(), block.data(), block.size());
    made = process_->run({input_.data(), block.size()}).bytes;
  }
  const bool is_smaller = !made.empty() && made.size() < block.size();
  const std::string_view chosen = is_smaller ? std::string_view(made) : block;
  const auto size = static_cast<std::uint16_t>(chosen.size());
  return Fields()
      .number(static_cast<std::uint16_t>(is_smaller ? size : size | is_stored_metadata))
      .text(chosen)
      .bytes();
}

Metadata::Position Metadata::position() const {
  return {static_cast<std::uint32_t>(blocks_.size()), static_cast<std::uint16_t>(open_.size())};
}

void Metadata::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), metadata_size - open_.size());
    open_ += bytes.substr(0, count);
    bytes.remove_prefix(count);
    if (open_.size() == metadata_size) end_block();
  }
}

const std::string& Metadata::finish() {
  if (!open_.empty()) end_block();
  return blocks_;
}

void Metadata::end_block() {
  blocks_ += codec_.encode(open_);
  open_.clear();
}

std::uint64_t write_table(NewFile& file, std::uint64_t start, MetadataCodec& codec,
                          std::string_view bytes) {
  Fields places;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), metadata_size))) {
    places.number(file.size() - start);
    file.write(codec.encode(bytes.substr(0, metadata_size)));
  }
  const std::uint64_t list = file.size() - start;
  file.write(places.bytes());
  return list;
}

}  // namespace nacre::squashfs
