// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "base/error.hpp"

namespace nacre {
namespace {

std::string random_bytes(std::mt19937& generator, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(generator() & 0xff);
  return bytes;
}

TEST(Base32, IsThatOfRfc4648InLowerCaseWithoutPadding) {
  EXPECT_EQ(base32_encode(""), "");
  EXPECT_EQ(base32_encode("f"), "my");
  EXPECT_EQ(base32_encode("fo"), "mzxq");
  EXPECT_EQ(base32_encode("foobar"), "mzxw6ytboi");
}

TEST(NixBase32, GivesTheKnownAnswersBothWays) {
  std::ifstream table(NACRE_TEST_DATA "/vectors/base32.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(table, line));  // the headings
  int count = 0;
  for (; std::getline(table, line); ++count) {
    std::size_t tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos);
    std::string bytes = base16_decode(line.substr(0, tab)), text = line.substr(tab + 1);
    EXPECT_EQ(nix_base32_encode(bytes), text);
    EXPECT_EQ(nix_base32_decode(text), bytes);
  }
  EXPECT_EQ(count, 8);
}

TEST(NixBase32, RejectsLettersThatItsAlphabetLeavesOut) {
  for (const char* text : {"0e", "0o", "0u", "0t", "0A", "0 "})
    EXPECT_THROW(nix_base32_decode(text), Error) << text;
}

TEST(NixBase32, RejectsALengthThatNoBytesHave) {
  for (const char* text : {"0", "000", "000000"})
    EXPECT_THROW(nix_base32_decode(text), Error) << text;
}

TEST(NixBase32, RejectsBitsBeyondTheLastByte) {
  EXPECT_EQ(nix_base32_decode("7z"), "\xff");
  EXPECT_THROW(nix_base32_decode("8z"), Error);
  EXPECT_THROW(nix_base32_decode("zz"), Error);
}

TEST(Base16, ReadsEitherCaseAndWritesLowerCase) {
  EXPECT_EQ(base16_decode("00fFaB"), std::string("\x00\xff\xab", 3));
  EXPECT_EQ(base16_encode(std::string("\x00\xff\xab", 3)), "00ffab");
}

TEST(Base16, RejectsOddLengthsAndOtherCharacters) {
  EXPECT_THROW(base16_decode("abc"), Error);
  EXPECT_THROW(base16_decode("0g"), Error);
  EXPECT_THROW(base16_decode("0\xff"), Error);
}

TEST(Base64, GivesTheAnswersOfRfc4648) {
  const std::pair<const char*, const char*> answers[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (auto [bytes, text] : answers) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, RejectsBadPaddingAndStrayBits) {
  for (const char* text : {"Zg=", "Zg", "Z===", "Zh==", "=Zg=", "Zg==Zg==", "Zm9*"})
    EXPECT_THROW(base64_decode(text), Error) << text;
}

TEST(Encodings, DecodeWhatTheyEncoded) {
  std::mt19937 generator(1);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes = random_bytes(generator, size);
    EXPECT_EQ(base16_decode(base16_encode(bytes)), bytes);
    EXPECT_EQ(nix_base32_decode(nix_base32_encode(bytes)), bytes);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
}

TEST(Encodings, EncodeAgainToTheSameTextWhateverTheyAccept) {
  std::mt19937 generator(2);
  constexpr std::string_view digits = "0123456789abcdfghijklmnpqrsvwxyz";
  for (int round = 0; round < 2000; ++round) {
    std::string text(generator() % 40, '0');
    for (char& digit : text) digit = digits[generator() % digits.size()];
    try {
      EXPECT_EQ(nix_base32_encode(nix_base32_decode(text)), text);
    } catch (const Error&) {
      // not the form of any bytes
    }
  }
}

}  // namespace
}  // namespace nacre
