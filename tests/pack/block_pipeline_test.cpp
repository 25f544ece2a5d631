// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/block_pipeline.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace nacre {
namespace {

/// More blocks than are under way at a time, so that their memory is used again.
constexpr std::size_t block_size = std::size_t{1} << 20;
constexpr std::size_t block_count = 100;

BlockPipeline::Work appending(const SharedMemory&) {
  return [](Block& block) { block.output += block.input.substr(0, 3); };
}

TEST(BlockPipeline, hands_on_what_was_made_of_each_block_in_order) {
  for (const unsigned workers : {1U, 3U}) {
    std::string made;
    BlockPipeline pipeline(block_size, workers, appending,
                           [&](const Block& block) { made += block.output; });
    std::string expected;
    for (std::size_t i = 0; i < block_count; ++i) {
      std::string block(block_size, '.');
      block.replace(0, 3, std::to_string(100 + i));
      expected += block.substr(0, 3);
      pipeline.write(block);
    }
    pipeline.finish();
    EXPECT_EQ(made, expected) << workers;
  }
}

TEST(BlockPipeline, does_what_it_is_told_between_two_blocks) {
  std::string made;
  BlockPipeline pipeline(4, 2, appending, [&](const Block& block) { made += block.output; });
  pipeline.write("abcdef");
  pipeline.then([&] { made += "|"; });
  pipeline.write("ghij");
  pipeline.finish();
  EXPECT_EQ(made, "abcef|ghi");
}

TEST(BlockPipeline, passes_on_the_failure_of_a_worker) {
  BlockPipeline pipeline(
      4, 2,
      [](const SharedMemory&) {
        return BlockPipeline::Work([](const Block&) { throw std::runtime_error("of a worker"); });
      },
      [](const Block&) {});
  pipeline.write("abcdef");
  EXPECT_THROW(pipeline.finish(), std::runtime_error);
}

}  // namespace
}  // namespace nacre
