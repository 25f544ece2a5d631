// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/interrupt.hpp"
#include "base/progress.hpp"
#include "base/progress_output.hpp"
#include "base/progress_text.hpp"
#include "base/thread.hpp"

namespace nacre {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
namespace text = progress_text;

constexpr auto redraw_interval = 100ms;
constexpr std::size_t max_pending = std::size_t{64} * 1024;

std::chrono::milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

enum class Style { plain, bold, dim, red, green, yellow, cyan };

/// What this terminal can show.
struct Abilities {
  bool utf8 = text::locale_is_utf8();
  bool colour = [] {
    const char* no_colour = std::getenv("NO_COLOR");
    return !no_colour || !*no_colour;
  }();

  std::string styled(std::string_view shown, Style style) const {
    static constexpr std::array codes{"0", "1", "2", "31", "32", "33", "36"};
    if (!colour || style == Style::plain) return std::string(shown);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(style)], shown);
  }
};

/// A line of limited width; what no longer fits is cut off.
class Line {
 public:
  Line(const Abilities& abilities, std::size_t width) : abilities_(abilities), width_(width) {}

  Line& add(std::string_view piece, Style style = Style::plain) {
    std::string cut = text::truncate(piece, room(), abilities_.utf8);
    columns_ += text::columns(cut);
    if (!cut.empty()) text_ += abilities_.styled(cut, style);
    return *this;
  }
  Line& pad_to(std::size_t column) {
    if (columns_ < column) add(std::string(std::min(column - columns_, room()), ' '));
    return *this;
  }

  std::size_t room() const { return width_ - columns_; }
  std::size_t columns() const { return columns_; }
  const std::string& text() const { return text_; }

 private:
  const Abilities& abilities_;
  std::size_t width_;
  std::size_t columns_ = 0;
  std::string text_;
};

/// The lines at the bottom that are drawn over again and again; what was written before them
/// scrolls away for good. The cursor rests, hidden, at the end of the last of them.
class Frame {
 public:
  explicit Frame(int fd) : fd_(fd) {}

  /// 80 by 24 where the terminal does not know.
  winsize size() const {
    winsize size{};
    ioctl(fd_, TIOCGWINSZ, &size);
    if (size.ws_col < 20) size.ws_col = 80;
    if (size.ws_row < 3) size.ws_row = 24;
    return size;
  }

  void draw(std::string_view permanent, const std::vector<Line>& lines) {
    std::string out = go_to_start();
    out += permanent;
    if (!lines.empty()) out += "\x1b[?25l\x1b[?7l";  // no cursor, no wrapping
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += fmt::format("{}{}\x1b[K", i > 0 ? "\n" : "", lines[i].text());
    if (!lines.empty()) out += "\x1b[?7h";
    if (lines.empty() && !shown_.empty()) out += "\x1b[?25h";
    if (out.empty()) return;

    if (lines.empty() != shown_.empty())
      set_last_words(fd_, lines.empty() ? nullptr : "\x1b[?7h\x1b[?25h\n");
    shown_.clear();
    for (const Line& line : lines) shown_.push_back(line.columns());
    write_to_terminal(fd_, out);
  }

 private:
  /// The cursor up to the frame's first line, and nothing below. Where the terminal has become
  /// narrower, the lines that it shows are more than we drew.
  std::string go_to_start() const {
    if (shown_.empty()) return {};
    std::size_t width = size().ws_col, rows = 0;
    for (std::size_t columns : shown_)
      rows += std::max<std::size_t>(1, (columns + width - 1) / width);
    std::string up = rows > 1 ? fmt::format("\x1b[{}A", rows - 1) : "";
    return "\r" + up + "\x1b[J";
  }

  int fd_;
  std::vector<std::size_t> shown_;  ///< the columns of each line on the screen
};

struct ActivityState {
  std::string title;
  Reporter::Unit unit;
  Clock::time_point started = Clock::now();
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string note;
  std::string output;  ///< the last line that its builder wrote
};

class TerminalReporter : public Reporter {
 public:
  TerminalReporter(int fd, bool show_build_output)
      : frame_(fd), show_build_output_(show_build_output) {}

  ~TerminalReporter() override {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
      draw_last();
    }
    changed_.notify_all();
    if (drawer_.joinable()) drawer_.join();
  }

  std::unique_ptr<Activity> start(std::string_view title, Unit unit) override;

  void info(std::string_view line) override { print(clean(line), true); }
  void warning(std::string_view line) override {
    print(abilities_.styled("warning: ", Style::yellow) + clean(line), true);
  }

  void event(const Event& event) override {
    const auto* log = std::get_if<events::BuildLog>(&event);
    if (!log) return;
    if (show_build_output_)
      return print(abilities_.styled(clean(log->name) + ">", Style::dim) + " " + clean(log->line),
                   false);
    std::lock_guard lock(mutex_);
    for (ActivityState& activity : activities_)
      if (activity.title.ends_with(log->name)) activity.output = clean(log->line);
  }

  void totals(std::uint64_t done, std::uint64_t running, std::uint64_t total) override {
    std::lock_guard lock(mutex_);
    done_ = done;
    running_ = running;
    total_ = total;
  }

 private:
  class Handle;
  using Activities = std::list<ActivityState>;

  std::string clean(std::string_view line) const { return text::sanitize(line, abilities_.utf8); }

  void print(std::string_view line, bool at_once) {
    std::lock_guard lock(mutex_);
    print_locked(line, at_once);
  }

  /// What has no hurry waits for the next redraw, so that many lines cost one write.
  void print_locked(std::string_view line, bool at_once) {
    pending_.append(line).append("\n");
    if (at_once || activities_.empty() || pending_.size() > max_pending) draw();
  }

  void finish(Activities::iterator activity, bool failed) {
    std::lock_guard lock(mutex_);
    std::string mark = failed ? abilities_.styled(abilities_.utf8 ? "✗" : "x", Style::red)
                              : abilities_.styled(abilities_.utf8 ? "✓" : "*", Style::green);
    std::string time = text::duration(since(activity->started));
    if (activity->unit == Unit::bytes && activity->done > 0)
      time += ", " + text::byte_count(activity->done);
    std::string line = fmt::format("{} {} {}", mark, activity->title,
                                   abilities_.styled("(" + time + ")", Style::dim));
    activities_.erase(activity);
    print_locked(line, false);
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (activities_.empty()) {
        changed_.wait(lock, [this] { return ended_ || !activities_.empty(); });
      } else {
        draw();
        changed_.wait_for(lock, redraw_interval, [this] { return ended_; });
      }
    }
  }

  void draw_last() { frame_.draw(std::exchange(pending_, {}), {}); }

  void draw() {
    std::string permanent = std::exchange(pending_, {});
    frame_.draw(permanent, lines());
  }

  std::vector<Line> lines() const {
    std::vector<Line> result;
    if (activities_.empty()) return result;
    winsize size = frame_.size();
    std::size_t width = size.ws_col - 1u;
    std::size_t fitting = std::max<std::size_t>(1, size.ws_row / 2);
    for (const ActivityState& activity : activities_) {
      if (result.size() == fitting) break;
      result.push_back(activity_line(activity, width));
    }
    if (activities_.size() > fitting) {
      Line more(abilities_, width);
      more.add(fmt::format("  and {} more", activities_.size() - fitting), Style::dim);
      result.push_back(std::move(more));
    }
    result.push_back(status_line(width));
    return result;
  }

  Line activity_line(const ActivityState& activity, std::size_t width) const {
    std::string time = text::elapsed(since(activity.started));
    std::size_t time_column = width - std::min(width, std::max<std::size_t>(8, time.size()));
    Line line(abilities_, width);
    line.add(spinner(activity), Style::cyan).add(" ");
    line.add(text::truncate(activity.title, width * 2 / 5, abilities_.utf8), Style::bold);
    line.pad_to(std::min<std::size_t>(title_width() + 2, width * 2 / 5 + 2)).add("  ");

    std::size_t middle = time_column > line.columns() + 2 ? time_column - line.columns() - 2 : 0;
    if (activity.total > 0)
      add_bar(line, activity, middle);
    else
      add_doing(line, activity, middle);
    line.pad_to(width - std::min(width, time.size()));
    return line.add(time, Style::dim);
  }

  std::size_t title_width() const {
    std::size_t widest = 0;
    for (const ActivityState& activity : activities_)
      widest = std::max(widest, text::columns(activity.title));
    return widest;
  }

  std::string spinner(const ActivityState& activity) const {
    static constexpr std::array dots{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    static constexpr std::array strokes{"-", "\\", "|", "/"};
    auto turn = static_cast<std::size_t>(since(activity.started) / redraw_interval);
    return abilities_.utf8 ? dots[turn % dots.size()] : strokes[turn % strokes.size()];
  }

  /// Where it is narrow, first the speed and then the bar are left out.
  void add_bar(Line& line, const ActivityState& activity, std::size_t room) const {
    constexpr std::size_t least = 8, most = 30, frame = 3;
    std::string amount = amount_of(activity), with_speed = amount + speed_of(activity);
    if (room >= with_speed.size() + frame + least) amount = with_speed;
    if (room < amount.size() + frame + least) {
      line.add(text::truncate(amount, room, abilities_.utf8));
      return;
    }
    std::size_t width = std::min(most, room - amount.size() - frame);
    line.add("[", Style::dim)
        .add(text::bar(activity.done, activity.total, width, abilities_.utf8), Style::green)
        .add("] ", Style::dim)
        .add(amount);
  }

  static std::string amount_of(const ActivityState& activity) {
    if (activity.unit == Unit::items) return fmt::format("{}/{}", activity.done, activity.total);
    if (activity.unit == Unit::bytes) return text::byte_count(activity.done, activity.total);
    double share = static_cast<double>(activity.done) / static_cast<double>(activity.total);
    return fmt::format("{:.0f} %", 100 * share);
  }

  static std::string speed_of(const ActivityState& activity) {
    auto time = since(activity.started);
    if (activity.unit != Unit::bytes || time < 500ms) return {};
    double speed = static_cast<double>(activity.done) * 1000 / static_cast<double>(time.count());
    return fmt::format(", {}/s", text::byte_count(static_cast<std::uint64_t>(speed)));
  }

  void add_doing(Line& line, const ActivityState& activity, std::size_t room) const {
    std::string doing = activity.note;
    if (activity.unit == Unit::bytes && activity.done > 0)
      doing += (doing.empty() ? "" : " ") + text::byte_count(activity.done);
    doing = text::truncate(doing, room, abilities_.utf8);
    line.add(doing);
    room -= text::columns(doing);
    if (activity.output.empty() || room < 10) return;
    std::string_view gap = doing.empty() ? "" : "  ";
    line.add(gap).add(text::truncate(activity.output, room - gap.size(), abilities_.utf8),
                      Style::dim);
  }

  Line status_line(std::size_t width) const {
    std::string counts = total_ > 0
                             ? fmt::format("{}/{} built, {} running", done_, total_, running_)
                             : fmt::format("{} running", activities_.size());
    Line line(abilities_, width);
    return line.add(fmt::format("[{}, {}]", counts, text::elapsed(since(started_))), Style::bold);
  }

  const Abilities abilities_;
  Frame frame_;
  const bool show_build_output_;
  const Clock::time_point started_ = Clock::now();

  std::mutex mutex_;  ///< over all that follows, and the frame
  std::condition_variable changed_;
  Activities activities_;
  std::string pending_;
  std::uint64_t done_ = 0;
  std::uint64_t running_ = 0;
  std::uint64_t total_ = 0;
  bool ended_ = false;
  std::thread drawer_;  ///< started with the first activity
};

/// What the owner of an activity holds. It must not outlive the reporter.
class TerminalReporter::Handle : public Activity {
 public:
  Handle(TerminalReporter& reporter, Activities::iterator state)
      : reporter_(reporter), state_(state) {}
  ~Handle() override { reporter_.finish(state_, failed_ || std::uncaught_exceptions() > 0); }

  void progress(std::uint64_t done, std::uint64_t total) override {
    std::lock_guard lock(reporter_.mutex_);
    state_->done = done;
    state_->total = total;
  }
  void note(std::string_view text) override {
    std::lock_guard lock(reporter_.mutex_);
    state_->note = reporter_.clean(text);
    state_->output.clear();
  }
  void failed() override { failed_ = true; }

 private:
  TerminalReporter& reporter_;
  Activities::iterator state_;
  bool failed_ = false;
};

std::unique_ptr<Activity> TerminalReporter::start(std::string_view title, Unit unit) {
  std::lock_guard lock(mutex_);
  activities_.push_back({.title = clean(title), .unit = unit, .note = {}, .output = {}});
  if (!drawer_.joinable()) {
    // The work goes on without a display where the system gives no thread.
    if (auto drawer = try_start_thread([this] { run(); })) drawer_ = std::move(*drawer);
  }
  changed_.notify_all();
  return std::make_unique<Handle>(*this, std::prev(activities_.end()));
}

}  // namespace

std::unique_ptr<Reporter> make_terminal_reporter(int fd, bool show_build_output) {
  const char* terminal = std::getenv("TERM");
  if (!terminal || !*terminal || std::string_view(terminal) == "dumb")
    return make_plain_reporter(fd, show_build_output);
  return std::make_unique<TerminalReporter>(fd, show_build_output);
}

}  // namespace nacre
