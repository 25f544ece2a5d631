// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/deflate_scan.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "base/error.hpp"
#include "pack/sample.hpp"

namespace nacre {
namespace {

/// What zlib makes of `text`, and where it sees the last block and the end.
std::string deflated(const std::string& text, int level, int strategy) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, -15, 8, strategy), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

DeflateScan as_zlib_sees(const std::string& bytes, std::size_t size) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, -15), Z_OK);
  std::string in = bytes;
  std::string out(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  DeflateScan scan;
  for (;;) {
    EXPECT_EQ(inflate(&stream, Z_BLOCK), Z_OK);
    const std::uint64_t here =
        std::uint64_t{stream.total_in} * 8 - static_cast<unsigned>(stream.data_type & 7);
    if (stream.data_type & 64) {
      scan.end = here;
      break;
    }
    scan.last_header = here;
  }
  scan.size = stream.total_out;
  inflateEnd(&stream);
  return scan;
}

void expect_as_zlib(const std::string& text, int level, int strategy) {
  const std::string bytes = deflated(text, level, strategy);
  const DeflateScan expected = as_zlib_sees(bytes, text.size());
  const DeflateScan scan = scan_deflate(bytes);
  EXPECT_EQ(scan.last_header, expected.last_header);
  EXPECT_EQ(scan.end, expected.end);
  EXPECT_EQ(scan.size, text.size());
}

TEST(DeflateScan, sees_what_zlib_sees) {
  for (const std::size_t size : {0UL, 1UL, 2UL, 300UL, 70'000UL, 1'000'000UL})
    for (const int level : {0, 1, 6, 9})
      for (const int strategy : {Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED})
        expect_as_zlib(sample(size, 3'000), level, strategy);
}

TEST(DeflateScan, stops_at_the_end_of_the_stream) {
  const std::string bytes = deflated(sample(5'000, 300), 6, Z_DEFAULT_STRATEGY);
  EXPECT_EQ(scan_deflate(bytes + "more").end, scan_deflate(bytes).end);
}

TEST(DeflateScan, what_is_cut_off_is_an_error) {
  const std::string bytes = deflated(sample(3'000, 300), 6, Z_DEFAULT_STRATEGY);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(scan_deflate(std::string_view(bytes).substr(0, size)), Error) << size;
}

TEST(DeflateScan, what_is_damaged_does_no_harm) {
  std::mt19937 random(3);
  const std::string bytes = deflated(sample(3'000, 300), 6, Z_DEFAULT_STRATEGY);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
    try {
      EXPECT_LE(scan_deflate(damaged).end, damaged.size() * 8);
    } catch (const Error&) {
    }
  }
}

TEST(DeflateScan, impossible_blocks_are_errors) {
  EXPECT_THROW(scan_deflate("\x07"), Error);                             // of no type
  EXPECT_THROW(scan_deflate(std::string("\x01\x01\0\0\0x", 6)), Error);  // lengths that differ
  EXPECT_THROW(scan_deflate(std::string("\x1b\x03\0\0", 4)), Error);     // of symbol 286
  EXPECT_THROW(scan_deflate(std::string(40, '\xfd')), Error);            // codes that overlap
}

}  // namespace
}  // namespace nacre
