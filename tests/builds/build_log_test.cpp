// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/build_log.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;

class Log : public testing::Test {
 protected:
  Log()
      : directory_("nacre-log-test"),
        log_(StoreLayout::under(directory_.path()),
             StorePath("/gnu/store/00000000000000000000000000000000-x.drv"),
             [this](std::string_view line) { lines_.emplace_back(line); }) {}

  TemporaryDirectory directory_;
  std::vector<std::string> lines_;
  BuildLog log_;
};

TEST_F(Log, lines_may_come_in_pieces) {
  for (const char* piece : {"on", "e\ntw", "o", "\n", "\nthree\nfour"}) log_.write(piece);
  EXPECT_THAT(lines_, ElementsAre("one", "two", "", "three"));
  log_.finish();
  EXPECT_THAT(lines_, ElementsAre("one", "two", "", "three", "four"));
}

TEST_F(Log, a_line_without_end_does_not_fill_the_memory) {
  for (int i = 0; i < 100; ++i) log_.write(std::string(10000, 'x'));
  log_.write("\nnext\n");
  log_.finish();
  std::size_t total = 0;
  for (const auto& line : lines_) {
    EXPECT_LT(line.size(), 40000U);
    total += line.size();
  }
  EXPECT_EQ(total, 1000004U);
  EXPECT_EQ(lines_.back(), "next");
}

TEST_F(Log, the_last_lines_are_kept) {
  for (int i = 0; i < 100; ++i) log_.write(fmt::format("{}\n", i));
  EXPECT_EQ(log_.last_lines().back(), "99");
  EXPECT_EQ(log_.last_lines().size(), 25U);
}

TEST_F(Log, an_empty_log_is_a_file_all_the_same) {
  log_.finish();
  EXPECT_TRUE(path_exists(log_.file()));
  EXPECT_EQ(log_.file(), directory_.path() +
                             "/var/log/guix/drvs/00/"
                             "000000000000000000000000000000-x.drv.gz");
}

}  // namespace
}  // namespace nacre
