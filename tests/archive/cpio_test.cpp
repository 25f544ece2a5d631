// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/cpio.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

/// What libarchive, which is not ours, finds: "NAME MODE CONTENTS", or the target of a link.
std::vector<std::string> entries_of(const std::string& bytes) {
  archive* reader = archive_read_new();
  archive_read_support_format_cpio(reader);
  EXPECT_EQ(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
  std::vector<std::string> entries;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader, &entry)) == ARCHIVE_OK) {
    EXPECT_EQ(archive_entry_mtime(entry), 1);
    EXPECT_EQ(archive_entry_uid(entry), 0);
    EXPECT_EQ(archive_entry_ino(entry), static_cast<la_int64_t>(entries.size()) + 1);
    const char* target = archive_entry_symlink(entry);
    std::string contents(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    archive_read_data(reader, contents.data(), contents.size());
    entries.push_back(fmt::format("{} {:o} {}", archive_entry_pathname(entry),
                                  archive_entry_mode(entry), target ? target : contents));
  }
  EXPECT_EQ(status, ARCHIVE_EOF) << archive_error_string(reader);
  archive_read_free(reader);
  return entries;
}

TEST(Cpio, OthersReadWhatWasWritten) {
  StringSink sink;
  CpioWriter cpio(sink);
  cpio.add_directory("d", 0555);
  for (const char* contents : {"", "1", "12", "123", "1234"})
    cpio.add_file(std::string("d/f") + contents, contents, 0444);
  cpio.add_symlink("d/link", "../elsewhere");
  cpio.add_stream(
      "stream", 6,
      [](Sink& out) {
        out.write("abc");
        out.write("def");
      },
      0755);
  cpio.finish();
  EXPECT_THAT(entries_of(sink.text),
              ElementsAre("./d 40555 ", "./d/f 100444 ", "./d/f1 100444 1", "./d/f12 100444 12",
                          "./d/f123 100444 123", "./d/f1234 100444 1234",
                          "./d/link 120777 ../elsewhere", "./stream 100755 abcdef"));
}

TEST(Cpio, SizesAreKnownBeforehand) {
  for (const std::string name : {"a", "ab", "abc", "abcd"}) {
    for (std::size_t size = 0; size < 5; ++size) {
      StringSink sink;
      CpioWriter cpio(sink);
      cpio.add_file(name, std::string(size, 'x'));
      EXPECT_EQ(sink.text.size(), cpio_entry_size(name, size));
      cpio.finish();
      EXPECT_EQ(sink.text.size(), cpio_entry_size(name, size) + cpio_end_size());
    }
  }
}

TEST(Cpio, BadNamesAreRefused) {
  NullSink sink;
  CpioWriter cpio(sink);
  for (const std::string name : {"", "/a", "..", "a/../b", "./a", "a//b", "a/"})
    EXPECT_THROW(cpio.add_file(name, ""), Error) << name;
  EXPECT_EQ(sink.size, 0U);
}

TEST(Cpio, AFileOf4GiBIsRefusedBeforeItIsRead) {
  NullSink sink;
  CpioWriter cpio(sink);
  bool was_read = false;
  auto write = [&](Sink&) { was_read = true; };
  EXPECT_THROW(cpio.add_stream("big", std::uint64_t{1} << 32, write), Error);
  EXPECT_FALSE(was_read);
}

TEST(Cpio, AStreamOfAnotherLengthThanAnnouncedIsAnError) {
  NullSink sink;
  CpioWriter cpio(sink);
  EXPECT_THROW(cpio.add_stream("short", 4, [](Sink& out) { out.write("abc"); }), Error);
  EXPECT_THROW(cpio.add_stream("long", 2, [](Sink& out) { out.write("abc"); }), Error);
}

}  // namespace
}  // namespace nacre
