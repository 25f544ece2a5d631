// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "builds/builtin.hpp"

namespace nacre {

/// Tells of a pack's progress: how many of the bytes that go
/// into it were read, of a total that need not be exact. Not thread-safe.
class PackProgress {
 public:
  PackProgress(const BuiltinContext& context, std::uint64_t total)
      : report_(context.progress), total_(total) {}

  void add(std::uint64_t bytes) {
    done_ += bytes;
    if (done_ - reported_ < step) return;
    reported_ = done_;
    report_(std::min(done_, total_), total_);
  }
  void finish() { report_(total_, total_); }

 private:
  static constexpr std::uint64_t step = 1024 * 1024;

  std::function<void(std::uint64_t, std::uint64_t)> report_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::uint64_t reported_ = 0;
};

}  // namespace nacre
