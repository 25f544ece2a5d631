// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "base/progress.hpp"

namespace nacre {

/// Shows nothing; tests derive from it, to keep what they look at.
class SilentReporter : public Reporter {
 public:
  std::unique_ptr<Activity> start(std::string_view title, Unit unit) override {
    return none_->start(title, unit);
  }
  void info(std::string_view) override {}
  void warning(std::string_view) override {}
  void event(const Event&) override {}
  void totals(std::uint64_t, std::uint64_t, std::uint64_t) override {}

 private:
  std::unique_ptr<Reporter> none_ = make_null_reporter();
};

}  // namespace nacre
