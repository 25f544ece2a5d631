// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compressor.hpp"

namespace nacre {
namespace {

/// Two gzip members: the first `head` bytes, and the rest.
class HeadedGzipCompressor : public Compressor {
 public:
  HeadedGzipCompressor(int level, unsigned cores, Sink& out, std::size_t head)
      : level_(level), cores_(cores), out_(out), missing_(head) {
    member_ = make_gzip_compressor(level_, 1, out_);
  }

  void write(std::string_view bytes) override {
    const std::string_view head = bytes.substr(0, missing_);
    if (!head.empty()) write_head(head);
    if (head.size() < bytes.size()) member_->write(bytes.substr(head.size()));
  }

  void finish() override { member_->finish(); }

 private:
  void write_head(std::string_view bytes) {
    member_->write(bytes);
    missing_ -= bytes.size();
    if (missing_ > 0) return;
    member_->finish();
    member_ = make_gzip_compressor(level_, cores_, out_);
  }

  int level_;
  unsigned cores_;
  Sink& out_;
  std::size_t missing_;
  std::unique_ptr<Compressor> member_;
};

}  // namespace

std::unique_ptr<Compressor> make_headed_gzip_compressor(int level, unsigned cores, Sink& out,
                                                        std::size_t head) {
  return std::make_unique<HeadedGzipCompressor>(level, cores, out, head);
}

}  // namespace nacre
