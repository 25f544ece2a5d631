// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_stream.hpp"

namespace nacre {

PackStream::PackStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
                       Sink& out)
    : compressor_(
          make_compressor(input.codecs, input.compression, input.level, context.cores, out)),
      buffer_(*compressor_),
      progress_(context, total) {}

void PackStream::write(std::string_view bytes) {
  buffer_.write(bytes);
  progress_.add(bytes.size());
}

void PackStream::finish() {
  buffer_.flush();
  compressor_->finish();
  progress_.finish();
}

std::uint64_t closure_size(const BuiltinContext& context, const PackInput& input) {
  std::uint64_t size = 0;
  for (const StorePath& path : input.closure) size += context.store.path_info(path).nar_size;
  return size;
}

void add_closure(TarWriter& tar, const BuiltinContext& context, const PackInput& input,
                 LinkTargets targets, unsigned directory_mode) {
  tar.add_directory("gnu");
  tar.add_directory("gnu/store");
  for (const StorePath& path : input.closure)
    tar.add_tree(archive_name(path), context.store.physical(path), directory_mode);
  if (input.local_state) add_local_state(tar, *input.local_state, false);
  add_root_files(tar, input, {"gnu"}, targets);
}

}  // namespace nacre
