// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include "base/files.hpp"
#include "pack/pack_fixture.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

class SifTest : public PackTest {
 protected:
  std::string sif(Environment more = {}, unsigned cores = 2) {
    more.emplace("system", "x86_64-linux");
    return read_file(pack(build_sif_pack, std::move(more), cores));
  }
};

std::uint64_t number_at(const std::string& bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes.at(offset + i));
  return value;
}

TEST_F(SifTest, HoldsTheSquashfsImageWhereItsHeaderAndDescriptorSay) {
  constexpr std::size_t data_offset_in_header = 112, table = 4096, offset_in_descriptor = 17;
  const std::string bytes = sif({{"compression", "gzip"}});
  EXPECT_EQ(number_at(bytes, data_offset_in_header), 32768U);
  EXPECT_EQ(number_at(bytes, data_offset_in_header + 8), bytes.size() - 32768);
  EXPECT_EQ(number_at(bytes, table + offset_in_descriptor), 32768U);
  EXPECT_EQ(number_at(bytes, table + offset_in_descriptor + 8), bytes.size() - 32768);
  EXPECT_TRUE(bytes.substr(32768) ==
              read_file(pack(build_squashfs_pack, {{"compression", "gzip"}})));
}

TEST_F(SifTest, NamesTheMachineAsTheFormatDoes) {
  constexpr std::size_t architecture = 45;
  EXPECT_EQ(sif().substr(architecture, 3), std::string("02\0", 3));
  EXPECT_EQ(sif({{"system", "aarch64-linux"}}).substr(architecture, 3), std::string("04\0", 3));
  EXPECT_THAT(error_of([&] { sif({{"system", "i586-gnu"}}); }), HasSubstr("i586-gnu"));
}

TEST_F(SifTest, DoesNotDependOnTheNumberOfCores) {
  EXPECT_TRUE(sif({{"compression", "gzip"}}, 1) == sif({{"compression", "gzip"}}, 3));
}

}  // namespace
}  // namespace nacre
