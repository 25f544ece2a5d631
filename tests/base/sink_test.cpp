// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

/// Records the size of each write.
class PieceSink : public Sink {
 public:
  void write(std::string_view bytes) override {
    sizes.push_back(bytes.size());
    text.append(bytes);
  }
  std::vector<std::size_t> sizes;
  std::string text;
};

TEST(BufferedSink, PassesOnTheSameBytesInLargePieces) {
  PieceSink pieces;
  BufferedSink sink(pieces, 64);
  std::mt19937 generator(1);
  std::string expected;
  for (int i = 0; i < 500; ++i) {
    std::string piece(generator() % 20, static_cast<char>('a' + i % 26));
    sink.write(piece);
    expected += piece;
  }
  sink.write(std::string(1000, 'Z'));
  expected += std::string(1000, 'Z');
  sink.flush();
  EXPECT_EQ(pieces.text, expected);
  EXPECT_LT(pieces.sizes.size(), expected.size() / 40);
  for (std::size_t size : pieces.sizes) EXPECT_GT(size, 0u);
}

TEST(BufferedSource, GivesTheSameBytesWhateverTheSizesAskedFor) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i);
  std::mt19937 generator(2);
  StringSource whole(text);
  BufferedSource source(whole, 64);
  std::string read;
  std::vector<char> buffer(200);
  while (std::size_t count = source.read(buffer.data(), 1 + generator() % buffer.size()))
    read.append(buffer.data(), count);
  EXPECT_EQ(read, text);
}

TEST(Source, ReadExactlySaysWhenTheInputIsTooShort) {
  StringSource source("abc");
  char buffer[4];
  source.read_exactly(buffer, 2);
  EXPECT_THROW(source.read_exactly(buffer, 2), Error);
}

TEST(TeeSink, WritesToBoth) {
  StringSink first;
  NullSink second;
  TeeSink tee(first, second);
  tee.write("abc");
  EXPECT_EQ(first.text, "abc");
  EXPECT_EQ(second.size, 3u);
}

TEST(FdSink, ReportsThatNothingCanBeWritten) {
  UniqueFd full = open_file("/dev/full", O_WRONLY);
  EXPECT_THROW(FdSink(full.get()).write("x"), SystemError);
}

}  // namespace
}  // namespace nacre
