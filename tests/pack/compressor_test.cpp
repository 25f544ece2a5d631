// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/compressor.hpp"

#include <archive.h>
#include <bzlib.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "pack/compression/part_compressor.hpp"
#include "pack/sample.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

const Codecs codecs{NACRE_TEST_CODECS, "codecs"};

std::string compress(Compression compression, std::string_view text, unsigned cores,
                     std::size_t write_size = 100'000, std::optional<int> level = {}) {
  if ((compression == Compression::xz || compression == Compression::lzip) && !level)
    level = 0;  // where blocks end does not depend on it
  StringSink out;
  auto compressor = make_compressor(codecs, compression, level, cores, out);
  for (std::size_t begin = 0; begin < text.size(); begin += write_size)
    compressor->write(text.substr(begin, write_size));
  compressor->finish();
  return out.text;
}

/// By libarchive, which knows nothing of how it was written.
std::string decompress(const std::string& bytes) {
  archive* reader = archive_read_new();
  archive_read_support_filter_all(reader);
  archive_read_support_format_raw(reader);
  archive_entry* entry = nullptr;
  EXPECT_EQ(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
  EXPECT_EQ(archive_read_next_header(reader, &entry), ARCHIVE_OK) << archive_error_string(reader);
  std::string text;
  std::string buffer(1 << 20, '\0');
  for (;;) {
    la_ssize_t count = archive_read_data(reader, buffer.data(), buffer.size());
    EXPECT_GE(count, 0) << archive_error_string(reader);
    if (count <= 0) break;
    text.append(buffer, 0, static_cast<std::size_t>(count));
  }
  archive_read_free(reader);
  return text;
}

std::string_view program_for(Compression compression) {
  return compression == Compression::gzip    ? "gzip -d"
         : compression == Compression::xz    ? "xz -d"
         : compression == Compression::lzip  ? "lzip -d"
         : compression == Compression::bzip2 ? "bzip2 -d"
                                             : "zstd -d";
}

class Formats : public ::testing::TestWithParam<Compression> {};
INSTANTIATE_TEST_SUITE_P(All, Formats,
                         ::testing::Values(Compression::gzip, Compression::zstd, Compression::xz,
                                           Compression::lzip, Compression::bzip2),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST_P(Formats, GiveBackWhatWasWritten) {
  constexpr std::size_t mebibyte = 1 << 20;
  for (std::size_t size : {std::size_t{1}, std::size_t{1000}, mebibyte - 1, mebibyte, mebibyte + 1,
                           9 * mebibyte + 12345}) {
    std::string text = sample(size);
    EXPECT_TRUE(decompress(compress(GetParam(), text, 2)) == text) << size;
  }
}

TEST_P(Formats, DoNotDependOnTheNumberOfCores) {
  std::string text = sample(10'000'000);
  std::string one = compress(GetParam(), text, 1);
  for (unsigned cores : {0u, 2u, 5u})
    EXPECT_TRUE(compress(GetParam(), text, cores) == one) << cores << " cores";
}

TEST_P(Formats, DoNotDependOnHowTheInputIsCut) {
  std::string text = sample(6'000'000);
  std::string once = compress(GetParam(), text, 2, text.size());
  for (std::size_t size : {std::size_t{997}, std::size_t{65'536}, std::size_t{1'048'577}})
    EXPECT_TRUE(compress(GetParam(), text, 2, size) == once) << size;
}

TEST_P(Formats, AreReadByTheProgramsThatPeopleHave) {
  std::string program(program_for(GetParam()));
  if (!find_program(program.substr(0, program.find(' '))))
    GTEST_SKIP() << program << " is not installed";
  TemporaryDirectory directory("nacre-test");
  for (std::size_t size : {0, 3'000'000}) {
    std::string text = sample(size);
    std::string file = directory.path() + "/file";
    write_file_atomically(file, compress(GetParam(), text, 2));
    Command command{{"sh", "-c", program + " -c <" + file + " >" + file + ".out"}, {}, ""};
    CommandResult result = run_command(command);
    EXPECT_EQ(result.status, 0) << result.error;
    EXPECT_EQ(result.error, "");
    EXPECT_TRUE(read_file(file + ".out") == text);
  }
}

TEST_P(Formats, CompressMoreAtAHigherLevel) {
  std::string text = sample(2'000'000);
  EXPECT_LE(compress(GetParam(), text, 1, 100'000, 9).size(),
            compress(GetParam(), text, 1, 100'000, 1).size());
}

TEST_P(Formats, PassOnTheFailureOfWhatTheyWriteTo) {
  class FullSink : public Sink {
    void write(std::string_view bytes) override {
      if ((size_ += bytes.size()) > 1'000'000) throw Error("disk full");
    }
    std::size_t size_ = 0;
  } full;
  std::string text = sample(20'000'000);
  EXPECT_THROW(
      {
        auto compressor = make_compressor(codecs, GetParam(), 1, 2, full);
        compressor->write(text);
        compressor->finish();
      },
      Error);
}

TEST(Gzip, IsASingleMemberSoThatEveryReaderReadsItAll) {
  std::string text = sample(3'500'000);
  std::string bytes = compress(Compression::gzip, text, 2);
  std::string back(text.size() + 1, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(back.data());
  stream.avail_out = static_cast<uInt>(back.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0u);
  EXPECT_EQ(stream.total_out, text.size());
  inflateEnd(&stream);
}

TEST(Bzip2, IsASingleStreamSoThatEveryReaderReadsItAll) {
  std::string text = sample(3'500'000);
  text.append(2'000'000, 'a');
  for (int i = 0; i < 300'000; ++i) text.append(4, static_cast<char>('a' + i % 7));
  std::string bytes = compress(Compression::bzip2, text, 2);
  std::string back(text.size(), '\0');
  bz_stream stream{};
  ASSERT_EQ(BZ2_bzDecompressInit(&stream, 0, 0), BZ_OK);
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<unsigned>(bytes.size());
  stream.next_out = back.data();
  stream.avail_out = static_cast<unsigned>(back.size());
  EXPECT_EQ(BZ2_bzDecompress(&stream), BZ_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  EXPECT_TRUE(back == text);
  BZ2_bzDecompressEnd(&stream);
}

/// A stream of these parts, and what each became.
std::string stream_of(Compression compression, const std::vector<std::string>& parts,
                      unsigned cores, std::vector<std::string>& made) {
  StringSink out;
  out.text = stream_head(compression);
  std::size_t begin = out.text.size();
  PlainBytes contents;
  PartCompressor compressor(codecs, compression, {}, cores, out);
  for (const std::string& part : parts) {
    compressor.write(part);
    compressor.end_part([&](const PlainBytes& plain) {
      contents.append(plain);
      made.push_back(out.text.substr(begin));
      begin = out.text.size();
    });
  }
  compressor.finish();
  return out.text + stream_tail(compression, contents);
}

TEST(PartCompressor, APartIsTheSameInEveryStream) {
  const std::string big = sample(5'000'000);
  const std::string small = "small";
  for (Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    std::vector<std::string> one, other;
    const std::string first = stream_of(compression, {small, big, "", small}, 1, one);
    EXPECT_EQ(decompress(first), small + big + small);
    const std::string second = stream_of(compression, {big, big, small}, 3, other);
    EXPECT_EQ(decompress(second), big + big + small);
    ASSERT_EQ(one.size(), 4u);
    ASSERT_EQ(other.size(), 3u);
    EXPECT_TRUE(one[1] == other[0] && other[0] == other[1]);
    EXPECT_TRUE(one[0] == one[3] && one[3] == other[2]);
    EXPECT_EQ(one[2], "");
  }
}

TEST(PartCompressor, AStreamOfOnePartIsWhatGzipCompressorWrites) {
  const std::string text = sample(3'000'000);
  std::vector<std::string> made;
  EXPECT_TRUE(stream_of(Compression::gzip, {text}, 2, made) ==
              compress(Compression::gzip, text, 2));
}

TEST(Compressor, NoneLeavesTheBytesAlone) {
  EXPECT_EQ(compress(Compression::none, "as it is", 2), "as it is");
}

TEST(Compressor, RefusesUnknownNamesAndLevels) {
  EXPECT_THROW(parse_compression("gz"), Error);
  StringSink out;
  try {
    make_compressor(codecs, Compression::zstd, 99, 1, out);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("zstd has no compression level 99: levels are 1 to 19"));
  }
}

}  // namespace
}  // namespace nacre
