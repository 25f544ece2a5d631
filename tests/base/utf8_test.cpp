// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace nacre {
namespace {

TEST(Utf8, EverySequenceIsReadAsItWasWritten) {
  for (std::uint32_t code :
       {0x0U, 0x7fU, 0x80U, 0x7ffU, 0x800U, 0xd7ffU, 0xe000U, 0xffffU, 0x10000U, 0x10ffffU}) {
    std::string text;
    append_utf8(text, code);
    EXPECT_EQ(utf8_sequence_length(text), text.size()) << code;
    EXPECT_EQ(utf8_code_point(text), code);
  }
}

TEST(Utf8, OnlyShortestFormsOfScalarValuesAreValid) {
  for (const char* text :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xe2\x28\xa1"})
    EXPECT_EQ(utf8_sequence_length(text), 0u) << text;
  EXPECT_EQ(utf8_sequence_length(""), 0u);
  EXPECT_FALSE(is_scalar_value(0xd800));
  EXPECT_FALSE(is_scalar_value(0x110000));
}

TEST(Utf8, TheFirstInvalidByteIsFoundWhereverItIs) {
  EXPECT_EQ(find_invalid_utf8(""), std::string_view::npos);
  EXPECT_EQ(find_invalid_utf8("0123456789é€😀"), std::string_view::npos);
  for (std::size_t place = 0; place < 20; ++place) {
    std::string text(20, 'a');
    text[place] = '\xff';
    EXPECT_EQ(find_invalid_utf8(text), place);
  }
}

TEST(Utf8, WhatIsInvalidIsReplacedAsGuileDoes) {
  EXPECT_EQ(replace_invalid_utf8(""), "");
  EXPECT_EQ(replace_invalid_utf8("aé€😀"), "aé€😀");
  EXPECT_EQ(replace_invalid_utf8("\xff\xe9t\xe9"), "\ufffd\ufffdt\ufffd");
  // What begins a sequence is replaced as one, whatever breaks it.
  EXPECT_EQ(replace_invalid_utf8("\xe2\x82(\xf0\x9f\x98"), "\ufffd(\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");
}

}  // namespace
}  // namespace nacre
