// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/distribution/rpm_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre {
namespace {

/// Bytes from digits; spaces do not count.
std::string bytes(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size();) {
    if (digits[i] == ' ') {
      ++i;
      continue;
    }
    text.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    i += 2;
  }
  return text;
}

TEST(RpmHeader, AnEmptyHeaderHasItsRegionOnly) {
  EXPECT_EQ(RpmHeader().encode(RpmRegion::signature), bytes("8eade801 00000000 00000001 00000010"
                                                            "0000003e 00000007 00000000 00000010"
                                                            "0000003e 00000007 fffffff0 00000010"));
}

TEST(RpmHeader, NumbersAreAlignedAndEntriesSortedByTheirTags) {
  RpmHeader header;
  header.set_numbers(RpmTag::size, std::vector<std::uint32_t>{0x01020304});
  header.set_text(RpmTag::version, "1");
  header.set_text(RpmTag::name, "ab");
  EXPECT_EQ(header.encode(RpmRegion::header), bytes("8eade801 00000000 00000004 0000001c"
                                                    "0000003f 00000007 0000000c 00000010"
                                                    "000003e8 00000006 00000000 00000001"
                                                    "000003e9 00000006 00000003 00000001"
                                                    "000003f1 00000004 00000008 00000001"
                                                    "616200 3100 000000 01020304"
                                                    "0000003f 00000007 ffffffc0 00000010"));
}

TEST(RpmHeader, ListsAreCounted) {
  RpmHeader header;
  header.set_texts(RpmTag::base_names, {"a", "", "b"});
  header.set_numbers(RpmTag::long_size, std::vector<std::uint64_t>{1});
  header.set_numbers(RpmTag::file_modes, std::vector<std::uint16_t>{0x8124, 0x41ed});
  EXPECT_EQ(header.encode(RpmRegion::header),
            bytes("8eade801 00000000 00000004 00000028"
                  "0000003f 00000007 00000018 00000010"
                  "00000406 00000003 00000000 00000002"
                  "0000045d 00000008 00000004 00000003"
                  "00001391 00000005 00000010 00000001"
                  "8124 41ed 6100 00 6200 00000000000000 0000000000000001"
                  "0000003f 00000007 ffffffc0 00000010"));
}

TEST(RpmHeader, ATextWithANulIsRefused) {
  RpmHeader header;
  EXPECT_THROW(header.set_text(RpmTag::name, std::string_view("a\0b", 3)), Error);
}

}  // namespace
}  // namespace nacre
