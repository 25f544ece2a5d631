// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/layer_records.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nacre {
namespace {

Hash digest(const std::string& text) {
  return hash_bytes(HashAlgorithm::sha256, text);
}

std::vector<LayerRecord> sample() {
  return {
      {layer_key("a", "gzip 6"), digest("a"), {1234567, 0xfffffffe}, digest("A"), false, 10, 99},
      {layer_key("b", "gzip 6"), digest("b"), {1ull << 40, 0}, digest("B"), true, 0, 1ull << 39}};
}

TEST(LayerRecords, AreReadAsTheyWereWritten) {
  const auto read = parse_layer_records(write_layer_records(sample()));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(write_layer_records(*read), write_layer_records(sample()));
  EXPECT_EQ((*read)[0].diff_id, digest("a"));
  EXPECT_EQ((*read)[0].contents.checksum, 0xfffffffe);
  EXPECT_TRUE((*read)[1].in_blob);
  EXPECT_EQ((*read)[1].size, 1ull << 39);
  EXPECT_TRUE(parse_layer_records(write_layer_records({})));
}

TEST(LayerRecords, OfADamagedFileAreNone) {
  const std::string text = write_layer_records(sample());
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(parse_layer_records(text.substr(0, size)));
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = text;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    EXPECT_FALSE(parse_layer_records(damaged));
  }
  EXPECT_FALSE(parse_layer_records(text + "\n"));
}

TEST(LayerRecords, OfBadLinesAreNoneEvenIfTheFileIsNotDamaged) {
  const std::string good = write_layer_records(sample());
  const std::string line = good.substr(good.find('\n') + 1, good.find('\n', 20) - good.find('\n'));
  auto with = [](const std::string& lines) {
    const std::string above = "nacre layers 1\n" + lines;
    return above + digest(above).base16() + "\n";
  };
  EXPECT_TRUE(parse_layer_records(with(line)));
  EXPECT_FALSE(parse_layer_records(with("\n")));
  EXPECT_FALSE(parse_layer_records(with(" " + line)));
  EXPECT_FALSE(parse_layer_records(with(line.substr(1))));
  EXPECT_FALSE(parse_layer_records(with(line.substr(0, line.size() - 1) + " 1\n")));
  EXPECT_FALSE(parse_layer_records(with(line.substr(0, line.rfind(' ')) + " -1\n")));
  EXPECT_FALSE(
      parse_layer_records(with(line.substr(0, line.rfind(' ')) + " 99999999999999999999\n")));
}

}  // namespace
}  // namespace nacre
