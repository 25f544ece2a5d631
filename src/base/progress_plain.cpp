// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <mutex>

#include "base/progress.hpp"
#include "base/progress_output.hpp"
#include "base/progress_text.hpp"

namespace nacre {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class NullActivity : public Activity {
 public:
  void progress(std::uint64_t, std::uint64_t) override {}
  void note(std::string_view) override {}
};

class NullReporter : public Reporter {
 public:
  std::unique_ptr<Activity> start(std::string_view, Unit) override {
    return std::make_unique<NullActivity>();
  }
  void info(std::string_view) override {}
  void warning(std::string_view) override {}
  void event(const Event&) override {}
  void totals(std::uint64_t, std::uint64_t, std::uint64_t) override {}
};

/// Lines on a file descriptor, each written whole.
class PlainOutput {
 public:
  explicit PlainOutput(int fd) : fd_(fd), utf8_(progress_text::locale_is_utf8()) {}

  void line(std::string_view prefix, std::string_view text) {
    std::string whole = fmt::format("{}{}\n", prefix, progress_text::sanitize(text, utf8_));
    std::lock_guard lock(mutex_);
    write_to_terminal(fd_, whole);
  }

 private:
  int fd_;
  bool utf8_;
  std::mutex mutex_;
};

/// Says when it starts, when it ends if that took a while, and in between now and then where it
/// is, so that nobody who reads a log wonders whether anything goes on.
class PlainActivity : public Activity {
 public:
  PlainActivity(PlainOutput& output, std::string_view title, Reporter::Unit unit)
      : output_(output), title_(title), unit_(unit) {
    say("started");
  }

  ~PlainActivity() override {
    auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    bool failed = failed_ || std::uncaught_exceptions() > 0;
    if (failed || time >= 1s)
      say(fmt::format("{} ({})", failed ? "failed" : "done", progress_text::duration(time)));
  }

  void progress(std::uint64_t done, std::uint64_t total) override {
    if (total == 0 || !time_for_a_line()) return;
    auto percent = static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total));
    if (unit_ == Reporter::Unit::bytes)
      say(fmt::format("{} % of {}", percent, progress_text::byte_count(total)));
    else
      say(fmt::format("{} %", percent));
  }

  void note(std::string_view text) override {
    if (time_for_a_line()) say(text);
  }

  void failed() override { failed_ = true; }

 private:
  bool time_for_a_line() const { return Clock::now() - last_line_ >= 10s; }

  void say(std::string_view text) {
    last_line_ = Clock::now();
    output_.line("", fmt::format("{}: {}", title_, text));
  }

  PlainOutput& output_;
  std::string title_;
  Reporter::Unit unit_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_line_;
  bool failed_ = false;
};

class PlainReporter : public Reporter {
 public:
  PlainReporter(int fd, bool show_build_output)
      : output_(fd), show_build_output_(show_build_output) {}

  std::unique_ptr<Activity> start(std::string_view title, Unit unit) override {
    return std::make_unique<PlainActivity>(output_, title, unit);
  }
  void info(std::string_view line) override { output_.line("", line); }
  void warning(std::string_view line) override { output_.line("warning: ", line); }
  void event(const Event& event) override {
    const auto* log = std::get_if<events::BuildLog>(&event);
    if (log && show_build_output_) output_.line("", fmt::format("{}> {}", log->name, log->line));
  }
  void totals(std::uint64_t, std::uint64_t, std::uint64_t) override {}

 private:
  PlainOutput output_;
  bool show_build_output_;
};

}  // namespace

std::unique_ptr<Reporter> make_null_reporter() {
  return std::make_unique<NullReporter>();
}

std::unique_ptr<Reporter> make_plain_reporter(int fd, bool show_build_output) {
  return std::make_unique<PlainReporter>(fd, show_build_output);
}

}  // namespace nacre
