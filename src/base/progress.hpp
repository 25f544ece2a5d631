// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/events.hpp"

namespace nacre {

/// One thing under way: a build, a download, an archive being written. The owner calls these from
/// any one thread; destroying it takes it off the display.
class Activity {
 public:
  virtual ~Activity() = default;
  /// `total` of 0 means that it is not known.
  virtual void progress(std::uint64_t done, std::uint64_t total) = 0;
  /// What it is doing now, e.g. a build phase.
  virtual void note(std::string_view text) = 0;
  /// It did not succeed; call it before it is destroyed. What an exception destroys counts as
  /// failed without it.
  virtual void failed() {}
};

/// What the user sees while things run. One for the whole program; thread-safe. On a terminal
/// it draws bars and a status line; elsewhere it writes one plain line per event to stderr.
class Reporter {
 public:
  virtual ~Reporter() = default;

  enum class Unit { none, bytes, items };
  virtual std::unique_ptr<Activity> start(std::string_view title, Unit unit = Unit::none) = 0;

  virtual void info(std::string_view line) = 0;
  virtual void warning(std::string_view line) = 0;
  /// What happens to builds and fetches; a builder's output is shown if the user wants to see it.
  virtual void event(const Event& event) = 0;
  /// Counts of the whole run, for the status line.
  virtual void totals(std::uint64_t done, std::uint64_t running, std::uint64_t total) = 0;
};

/// A reporter that says nothing, for tests and --quiet.
std::unique_ptr<Reporter> make_null_reporter();
/// Plain lines on file descriptor `fd` (borrowed). `show_build_output` prints builders' lines.
std::unique_ptr<Reporter> make_plain_reporter(int fd, bool show_build_output);
/// Bars and a status line on the terminal `fd` (borrowed), redrawn at most ten times a second; a
/// plain reporter where TERM says that nothing can be drawn.
std::unique_ptr<Reporter> make_terminal_reporter(int fd, bool show_build_output);

}  // namespace nacre
