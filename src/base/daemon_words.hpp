// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "base/progress.hpp"

namespace nacre {

/// Tells of events in the words of Guix's daemon ("@ build-started …"), which its clients read;
/// docs/contract.md. Everything else goes to another reporter. Thread-safe if `write` is.
class DaemonWords final : public Reporter {
 public:
  struct Options {
    bool trace = false;        ///< tell of events, not only of builders' output
    bool multiplexed = false;  ///< tell of each line of output whose it is
  };
  /// A line, or several, and the name of what it is about, which may be a store item's.
  using Write = std::function<void(std::string_view name, std::string_view line)>;
  /// `other` is borrowed.
  DaemonWords(Options options, Write write, Reporter& other)
      : options_(options), write_(std::move(write)), other_(other) {}

  std::unique_ptr<Activity> start(std::string_view title, Unit unit) override {
    return other_.start(title, unit);
  }
  void info(std::string_view line) override { other_.info(line); }
  void warning(std::string_view line) override { other_.warning(line); }
  void event(const Event& event) override;
  void totals(std::uint64_t done, std::uint64_t running, std::uint64_t total) override {
    other_.totals(done, running, total);
  }

 private:
  Options options_;
  Write write_;
  Reporter& other_;
};

}  // namespace nacre
