// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "datum/datum.hpp"

namespace nacre {

/// Memory for data and texts that is released in one go. What it hands out stays where it is. Not
/// thread-safe.
class DatumArena {
 public:
  /// A copy of `data`.
  const Datum* keep(std::span<const Datum> data) {
    auto* place = static_cast<Datum*>(allocate(data.size_bytes()));
    std::uninitialized_copy(data.begin(), data.end(), place);
    return place;
  }
  /// A copy of `text`.
  const char* keep(std::string_view text) {
    auto* place = static_cast<char*>(allocate(text.size()));
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return place;
  }

 private:
  static constexpr std::size_t chunk_size = std::size_t{64} * 1024;

  void* allocate(std::size_t size) {
    size = (size + alignof(Datum) - 1) / alignof(Datum) * alignof(Datum);
    if (size > left_) {
      const std::size_t chunk = std::max(size, chunk_size);
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk));
      next_ = chunks_.back().get();
      left_ = chunk;
    }
    void* place = next_;
    next_ += size;
    left_ -= size;
    return place;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace nacre
