// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/codec_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.hpp"
#include "profile/builtin_fixture.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

class CodecProcessTest : public ::testing::Test {
 protected:
  /// What comes of asking a program for something of a block.
  std::string failure_of(const char* program, unsigned kind) {
    CodecProcess process({program, "codecs"}, {static_cast<std::uint32_t>(kind), {0, 0, 0}}, input_,
                         4096);
    return error_of([&] { process.run({input_.data(), 100}); });
  }
  SharedMemory input_{8192};
};

TEST_F(CodecProcessTest, TheProgramCanDoNothingButCompress) {
  for (unsigned attempt = 1; attempt <= 8; ++attempt)
    EXPECT_THAT(failure_of(NACRE_TEST_HOSTILE_CODEC, attempt), HasSubstr("failed with code 2"))
        << "attempt " << attempt;
}

TEST_F(CodecProcessTest, WhatItAnswersIsNotBelieved) {
  EXPECT_THAT(failure_of(NACRE_TEST_HOSTILE_CODEC, 10), HasSubstr("more bytes than there are"));
}

TEST_F(CodecProcessTest, ThatItEndsIsAnError) {
  EXPECT_THAT(failure_of(NACRE_TEST_HOSTILE_CODEC, 9), HasSubstr("killed by signal"));
  EXPECT_THAT(failure_of(NACRE_TEST_HOSTILE_CODEC, 11), HasSubstr("exited with status 0"));
}

TEST_F(CodecProcessTest, ARequestForWhatThereIsNotIsRefused) {
  EXPECT_THAT(failure_of(NACRE_TEST_CODECS, 99), HasSubstr("failed with code"));
}

TEST_F(CodecProcessTest, AProgramThatCannotRunIsNamed) {
  EXPECT_THAT(
      error_of([&] {
        CodecProcess({"/nonexistent/program", "codecs"}, {CODEC_ZSTD, {3, 0, 0}}, input_, 1);
      }),
      HasSubstr("/nonexistent/program"));
  EXPECT_THAT(error_of([&] {
                CodecProcess({"/etc/passwd", "codecs"}, {CODEC_ZSTD, {3, 0, 0}}, input_, 1);
              }),
              HasSubstr("/etc/passwd"));
}

TEST_F(CodecProcessTest, ABlockOfMoreBytesThanThereIsRoomForMakesNone) {
  CodecProcess process({NACRE_TEST_CODECS, "codecs"}, {CODEC_ZSTD, {3, 0, 0}}, input_, 4);
  std::memcpy(input_.data(), "abcdefgh", 8);
  EXPECT_TRUE(process.run({input_.data(), 8}).bytes.empty());
}

}  // namespace
}  // namespace nacre
