// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace nacre {
namespace {

constexpr std::uint64_t progress_step = 1024 * 1024;

}  // namespace

PackFile::PackFile(const BuiltinContext& context, const PackInput& input, std::uint64_t total,
                   std::size_t gzip_head)
    : path_(context.outputs.at("out")),
      file_(open_file(path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644)),
      disk_(file_.get()),
      compressor_(make_compressor(input.compression, input.level, context.cores, disk_, gzip_head)),
      buffer_(*compressor_),
      progress_(context.progress),
      total_(total) {}

PackFile::~PackFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

void PackFile::write(std::string_view bytes) {
  buffer_.write(bytes);
  done_ += bytes.size();
  if (done_ - reported_ < progress_step) return;
  reported_ = done_;
  progress_(std::min(done_, total_), total_);
}

void PackFile::finish() {
  buffer_.flush();
  compressor_->finish();
  progress_(total_, total_);
  path_.clear();
}

}  // namespace nacre
