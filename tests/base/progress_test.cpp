// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>

#include "base/files.hpp"
#include "base/progress_text.hpp"

namespace nacre {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// Sets a variable and puts the old value back.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = getenv(name)) old_ = old;
    setenv(name, value, 1);
  }
  ~ScopedVariable() { old_ ? setenv(name_, old_->c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

std::string plain_output(const std::function<void(Reporter&)>& use,
                         bool show_build_output = false) {
  TemporaryDirectory directory("progress-test");
  UniqueFd file = open_file(directory.path() + "/out", O_RDWR | O_CREAT);
  use(*make_plain_reporter(file.get(), show_build_output));
  return read_file(directory.path() + "/out");
}

/// What a terminal of 60 columns is sent.
std::string terminal_output(const std::function<void(Reporter&)>& use,
                            bool show_build_output = false) {
  int master = -1, slave = -1;
  winsize size{20, 60, 0, 0};
  EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
  UniqueFd near(slave), far(master);
  std::string text;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t count; (count = read(far.get(), buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(count));
  });
  use(*make_terminal_reporter(near.get(), show_build_output));
  near.reset();  // the reader's read fails now
  reader.join();
  return text;
}

TEST(PlainReporter, WritesALineForEachEvent) {
  std::string out = plain_output([](Reporter& reporter) {
    reporter.info("hello");
    reporter.warning("careful");
    reporter.start("zlib-1.2");
  });
  EXPECT_EQ(out, "hello\nwarning: careful\nzlib-1.2: started\n");
}

TEST(PlainReporter, SaysWhatFailed) {
  std::string out = plain_output([](Reporter& reporter) { reporter.start("zlib")->failed(); });
  EXPECT_THAT(out, HasSubstr("zlib: failed ("));
}

TEST(PlainReporter, TakesAnExceptionForAFailure) {
  std::string out = plain_output([](Reporter& reporter) {
    try {
      auto activity = reporter.start("zlib");
      throw std::runtime_error("");
    } catch (const std::runtime_error&) {
    }
  });
  EXPECT_THAT(out, HasSubstr("zlib: failed ("));
}

TEST(PlainReporter, ShowsBuildersLinesOnlyWhenAsked) {
  auto use = [](Reporter& reporter) { reporter.event(events::BuildLog{"zlib", "checking"}); };
  EXPECT_EQ(plain_output(use, true), "zlib> checking\n");
  EXPECT_EQ(plain_output(use, false), "");
}

TEST(Reporters, DoNotLetBuildersControlTheTerminal) {
  std::string out = plain_output(
      [](Reporter& reporter) {
        reporter.event(events::BuildLog{"x", "a\x1b]0;title\ab\x1b[31mc\rd\be\x9b"});
      },
      true);
  EXPECT_EQ(out, "x> abcde?\n");
}

class TerminalReporter : public testing::Test {
 protected:
  ScopedVariable term_{"TERM", "xterm"};
  ScopedVariable locale_{"LC_ALL", "C.UTF-8"};
};

TEST_F(TerminalReporter, DrawsActivitiesAndTheStatusAndTakesThemAwayAgain) {
  std::string out = terminal_output([](Reporter& reporter) {
    reporter.totals(12, 2, 57);
    auto activity = reporter.start("hello-2.10");
    activity->note("configure");
    std::this_thread::sleep_for(250ms);
  });
  EXPECT_THAT(out, HasSubstr("hello-2.10"));
  EXPECT_THAT(out, HasSubstr("configure"));
  EXPECT_THAT(out, HasSubstr("[12/57 built, 2 running, 0s]"));
  EXPECT_THAT(out, HasSubstr("✓"));
  EXPECT_LT(out.rfind("\x1b[?25l"), out.rfind("\x1b[?25h"));  // the cursor is back
  EXPECT_LT(out.rfind("12/57"), out.rfind("\x1b[J"));         // the status line is gone
}

TEST_F(TerminalReporter, DrawsAtMostTenTimesASecond) {
  std::string out = terminal_output([](Reporter& reporter) {
    auto activity = reporter.start("x", Reporter::Unit::bytes);
    auto end = std::chrono::steady_clock::now() + 350ms;
    for (std::uint64_t i = 0; std::chrono::steady_clock::now() < end; ++i)
      activity->progress(i, 1u << 30);
  });
  int frames = 0;
  for (std::size_t at = 0; (at = out.find("\x1b[?25l", at)) != std::string::npos; ++at) ++frames;
  EXPECT_GE(frames, 1);
  EXPECT_LE(frames, 5);
}

TEST_F(TerminalReporter, WritesManyFinishedActivitiesInFewPieces) {
  std::string out = terminal_output([](Reporter& reporter) {
    auto first = reporter.start("first");
    for (int i = 0; i < 500; ++i) reporter.start("short-" + std::to_string(i));
  });
  EXPECT_THAT(out, HasSubstr("short-0"));
  EXPECT_THAT(out, HasSubstr("short-499"));
  EXPECT_LT(out.size(), 50000u);
}

TEST_F(TerminalReporter, LosesNoLineOfABuildersOutput) {
  std::string out = terminal_output(
      [](Reporter& reporter) {
        auto activity = reporter.start("x");
        for (int i = 0; i < 300; ++i)
          reporter.event(events::BuildLog{"x", "line-" + std::to_string(i) + "."});
      },
      true);
  for (int i = 0; i < 300; ++i) EXPECT_THAT(out, HasSubstr("line-" + std::to_string(i) + "."));
}

TEST_F(TerminalReporter, ShowsTheLastLineOfAQuietBuild) {
  std::string out = terminal_output([](Reporter& reporter) {
    auto activity = reporter.start("building x-1");
    reporter.event(events::BuildLog{"x-1", "compiling a.c"});
    std::this_thread::sleep_for(250ms);
  });
  EXPECT_THAT(out, HasSubstr("compiling a.c"));
}

TEST_F(TerminalReporter, KeepsToAsciiAndPlainColourWhereNothingElseIsWanted) {
  ScopedVariable locale("LC_ALL", "C");
  ScopedVariable no_colour("NO_COLOR", "1");
  std::string out = terminal_output([](Reporter& reporter) {
    auto activity = reporter.start("caf\xc3\xa9", Reporter::Unit::bytes);
    activity->progress(5, 10);
    std::this_thread::sleep_for(150ms);
  });
  for (unsigned char byte : out) EXPECT_LT(byte, 0x80);
  EXPECT_THAT(out, HasSubstr("caf?"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b[32m")));
}

TEST_F(TerminalReporter, IsAPlainOneOnADumbTerminal) {
  ScopedVariable term("TERM", "dumb");
  std::string out = terminal_output([](Reporter& reporter) { reporter.start("x"); });
  EXPECT_EQ(out, "x: started\r\n");
}

TEST_F(TerminalReporter, SurvivesATerminalThatIsGone) {
  int master = -1, slave = -1;
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  UniqueFd near(slave);
  close(master);
  auto reporter = make_terminal_reporter(near.get(), true);
  auto activity = reporter->start("x");
  reporter->info("nobody reads this");
  std::this_thread::sleep_for(150ms);
}

TEST(ProgressText, WritesTimesAsPeopleDo) {
  using progress_text::duration, progress_text::elapsed;
  EXPECT_EQ(duration(0ms), "0.0 s");
  EXPECT_EQ(duration(12345ms), "12.3 s");
  EXPECT_EQ(duration(59999ms), "59.9 s");
  EXPECT_EQ(duration(63s), "1m03s");
  EXPECT_EQ(elapsed(9999ms), "9s");
  EXPECT_EQ(elapsed(2h + 5min + 59s), "2h05m");
}

TEST(ProgressText, WritesSizesWithAUnit) {
  using progress_text::byte_count;
  EXPECT_EQ(byte_count(0), "0 B");
  EXPECT_EQ(byte_count(999), "999 B");
  EXPECT_EQ(byte_count(1000), "1.0 kB");
  EXPECT_EQ(byte_count(999949), "999.9 kB");
  EXPECT_EQ(byte_count(999999), "1.0 MB");
  EXPECT_EQ(byte_count(12345678), "12.3 MB");
  EXPECT_EQ(byte_count(UINT64_MAX), "18.4 EB");
  EXPECT_EQ(byte_count(500000, 20000000), "0.5/20.0 MB");
}

TEST(ProgressText, CutsTextByCharacters) {
  using progress_text::truncate;
  EXPECT_EQ(truncate("abc", 3, true), "abc");
  EXPECT_EQ(truncate("abcd", 3, true), "ab…");
  EXPECT_EQ(truncate("abcd", 3, false), "ab~");
  EXPECT_EQ(truncate("ééé", 2, true), "é…");
  EXPECT_EQ(truncate("abc", 0, true), "");
}

TEST(ProgressText, DrawsBarsFromEmptyToFull) {
  using progress_text::bar;
  EXPECT_EQ(bar(0, 10, 4, false), "    ");
  EXPECT_EQ(bar(5, 10, 4, false), "==  ");
  EXPECT_EQ(bar(10, 10, 4, false), "====");
  EXPECT_EQ(bar(20, 10, 4, true), "━━━━");
  EXPECT_EQ(bar(1, 8, 4, true), "╸   ");
  EXPECT_EQ(bar(3, 0, 2, true), "  ");
}

TEST(ProgressText, ReplacesWhatIsNotValidText) {
  using progress_text::sanitize;
  EXPECT_EQ(sanitize("é→😀", true), "é→😀");
  EXPECT_EQ(sanitize("é", false), "?");
  EXPECT_EQ(sanitize("a\xff\xc3", true), "a??");
  EXPECT_EQ(sanitize("\xc0\xaf\xed\xa0\x80", true), "?????");  // overlong, surrogate
  EXPECT_EQ(sanitize("\xf4\x90\x80\x80", true), "????");       // beyond Unicode
  EXPECT_EQ(sanitize("\xc2\x9b", true), "??");                 // a control character
  EXPECT_EQ(sanitize("a\tb\x7f", true), "a b");
  EXPECT_EQ(sanitize("\x1b[1;31", true), "");
}

TEST(ProgressText, TakesTheFirstLocaleVariableThatIsSet) {
  ScopedVariable all("LC_ALL", ""), type("LC_CTYPE", "en_US.utf8"), language("LANG", "C");
  EXPECT_TRUE(progress_text::locale_is_utf8());
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(progress_text::locale_is_utf8());
}

}  // namespace
}  // namespace nacre
