// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_stream.hpp"

#include <algorithm>

namespace nacre {
namespace {

constexpr std::uint64_t progress_step = 1024 * 1024;

}  // namespace

PackStream::PackStream(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
                       Sink& out, std::size_t gzip_head, std::uint64_t done)
    : compressor_(make_compressor(input.compression, input.level, context.cores, out, gzip_head)),
      buffer_(*compressor_),
      progress_(context.progress),
      done_(done),
      reported_(done),
      total_(total) {}

void PackStream::write(std::string_view bytes) {
  buffer_.write(bytes);
  done_ += bytes.size();
  if (done_ - reported_ < progress_step) return;
  reported_ = done_;
  progress_(std::min(done_, total_), total_);
}

void PackStream::finish() {
  buffer_.flush();
  compressor_->finish();
  progress_(std::min(done_, total_), total_);
}

void write_closure_tar(const BuiltinContext& context, const PackInput& input, Sink& out,
                       LinkTargets targets) {
  std::uint64_t total = 0;
  for (const StorePath& path : input.closure)
    total += tar_tree_size(archive_name(path), context.store.physical(path));
  PackStream stream(context, input, total, out);
  TarWriter tar(stream);
  tar.add_directory("gnu");
  tar.add_directory("gnu/store");
  for (const StorePath& path : input.closure)
    tar.add_tree(archive_name(path), context.store.physical(path));
  if (input.local_state) add_local_state(tar, *input.local_state, false);
  add_symlinks(tar, input, {"gnu"}, targets);
  tar.finish();
  stream.finish();
}

}  // namespace nacre
