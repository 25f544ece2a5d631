// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/answer.hpp"

#include <gmock/gmock.h>

namespace nacre::registry {
namespace {

TEST(RegistryAnswer, TellsWhatWentWrong) {
  EXPECT_EQ(error_text(R"({"errors":[{"code":"NAME_UNKNOWN","message":"no such repository"},
                           {"code":"DENIED"}]})"),
            "name unknown: no such repository; denied");
  EXPECT_EQ(error_text(R"({"details":"incorrect username or password"})"),
            "incorrect username or password");
  EXPECT_EQ(error_text("plain text\n"), "plain text ");
  EXPECT_EQ(error_text("<html><body>404</body></html>"), "");
  EXPECT_EQ(error_text(""), "");
  EXPECT_EQ(error_text("[]"), "");
  EXPECT_EQ(error_text(R"({"errors":[1,{"message":7}]})"), "");
}

TEST(RegistryAnswer, NeverDrawsOnTheTerminal) {
  EXPECT_EQ(error_text(R"({"errors":[{"message":"a\u001b[2Jb\r\u0007c"}]})"), "abc");
  EXPECT_LE(error_text(std::string(100'000, 'x')).size(), 310U);
}

TEST(RegistryAnswer, ReadsRanges) {
  EXPECT_EQ(parse_range("0-99"), 100U);
  EXPECT_EQ(parse_range("bytes=0-99"), 100U);
  EXPECT_EQ(parse_range("0-0"), 0U);
  for (const char* text : {"", "0", "0-", "1-5", "0--1", "0-x", "0-1 ", "0-18446744073709551615",
                           "0-9223372036854775807", "0-99999999999999999999"})
    EXPECT_EQ(parse_range(text), std::nullopt) << text;
}

TEST(RegistryAnswer, TakesTokensThatFitIntoAHeaderOnly) {
  EXPECT_EQ(parse_token(R"({"token":"abc","access_token":"def"})"), "abc");
  EXPECT_EQ(parse_token(R"({"access_token":"def"})"), "def");
  EXPECT_EQ(parse_token(R"({"token":"a b"})"), "");
  EXPECT_EQ(parse_token(R"({"token":"a\r\nX: y"})"), "");
  EXPECT_EQ(parse_token(R"({"token":7})"), "");
  EXPECT_EQ(parse_token("no JSON"), "");
  EXPECT_EQ(parse_token(R"({"token":")" + std::string(1 << 17, 'x') + R"("})"), "");
}

TEST(RegistryAnswer, KnowsDigests) {
  const std::string digits(64, 'a');
  EXPECT_TRUE(is_sha256_digest("sha256:" + digits));
  EXPECT_FALSE(is_sha256_digest("sha256:" + digits + "a"));
  EXPECT_FALSE(is_sha256_digest("sha512:" + digits));
  EXPECT_FALSE(is_sha256_digest("sha256:../" + std::string(61, 'a')));
  EXPECT_FALSE(is_sha256_digest("sha256:" + std::string(64, 'A')));
}

}  // namespace
}  // namespace nacre::registry
