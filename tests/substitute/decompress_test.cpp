// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/decompress.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "substitute/compressed.hpp"

namespace nacre {
namespace {

std::string read_all(Source& source) {
  std::string text;
  char buffer[10000];
  while (std::size_t count = source.read(buffer, sizeof buffer)) text.append(buffer, count);
  return text;
}

std::string decompressed(std::string_view compression, std::string_view bytes) {
  StringSource source(bytes);
  return read_all(*decompress(compression, source));
}

std::string some_text() {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i * 7919);
  return text;
}

class Decompression : public testing::TestWithParam<const char*> {};

TEST_P(Decompression, refuses_what_is_something_else) {
  EXPECT_THROW(decompressed(GetParam(), some_text()), Error);
  EXPECT_THROW(decompressed(GetParam(), ""), Error);
  for (const char* other : {"gzip", "bzip2", "xz", "lzip", "zstd"}) {
    if (std::string_view(other) == GetParam()) continue;
    EXPECT_THROW(decompressed(GetParam(), compressed(other, "text")), Error) << other;
  }
}

TEST_P(Decompression, notices_that_the_end_is_missing) {
  std::string whole = compressed(GetParam(), some_text());
  for (std::size_t size : {whole.size() / 2, whole.size() - whole.size() / 10}) {
    std::string text;
    try {
      text = decompressed(GetParam(), std::string_view(whole).substr(0, size));
    } catch (const Error&) {
      continue;
    }
    EXPECT_LT(text.size(), some_text().size());  // the archive's own end will be missing
  }
}

TEST_P(Decompression, passes_on_why_it_could_not_read) {
  class Broken : public Source {
    std::size_t read(char*, std::size_t) override { throw Error("line cut"); }
  } broken;
  try {
    read_all(*decompress(GetParam(), broken));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "line cut");
  }
}

TEST_P(Decompression, gives_back_what_was_compressed) {
  EXPECT_EQ(decompressed(GetParam(), compressed(GetParam(), some_text())), some_text());
}

INSTANTIATE_TEST_SUITE_P(All, Decompression, testing::Values("gzip", "bzip2", "xz", "lzip", "zstd"),
                         [](const auto& info) { return std::string(info.param); });

TEST(NoCompression, hands_everything_through) {
  EXPECT_EQ(decompressed("none", "text"), "text");
  EXPECT_EQ(decompressed("none", ""), "");
}

TEST(UnknownCompression, is_an_error) {
  StringSource source("x");
  EXPECT_THROW(decompress("rot13", source), Error);
  EXPECT_FALSE(is_known_compression("rot13"));
  EXPECT_TRUE(is_known_compression("none"));
  EXPECT_TRUE(is_known_compression("lzip"));
}

}  // namespace
}  // namespace nacre
