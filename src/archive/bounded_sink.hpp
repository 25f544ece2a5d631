// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/sink.hpp"

namespace nacre {

/// Passes on to `next`, which it borrows, as many bytes as were announced. Error for more; whether
/// there were enough, rest() tells.
class BoundedSink : public Sink {
 public:
  BoundedSink(Sink& next, std::uint64_t size) : next_(next), rest_(size) {}
  void write(std::string_view bytes) override {
    if (bytes.size() > rest_) throw Error("more bytes than were announced");
    rest_ -= bytes.size();
    next_.write(bytes);
  }
  std::uint64_t rest() const { return rest_; }

 private:
  Sink& next_;
  std::uint64_t rest_;
};

}  // namespace nacre
