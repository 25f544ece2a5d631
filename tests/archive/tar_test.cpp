// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/tar.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "archive/random_tree.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/process.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What libarchive, which is not ours, finds in an archive.
struct Found {
  std::string name;
  char type = '?';  ///< f, d, l, or h for a hard link
  unsigned mode = 0;
  std::string contents;  ///< or the link's target
  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << fmt::format("{} {} {:o} '{}'", found.name, found.type, found.mode,
                            found.contents.substr(0, 100));
}

std::string read_contents(archive* reader) {
  std::string contents, buffer(65536, '\0');
  for (la_ssize_t count; (count = archive_read_data(reader, buffer.data(), buffer.size())) > 0;)
    contents.append(buffer, 0, static_cast<std::size_t>(count));
  return contents;
}

Found found_entry(archive* reader, archive_entry* entry) {
  EXPECT_EQ(archive_entry_mtime(entry), 1);
  EXPECT_EQ(archive_entry_uid(entry), 0);
  EXPECT_EQ(archive_entry_gid(entry), 0);
  Found found{archive_entry_pathname(entry), '?', archive_entry_mode(entry) & 07777u, {}};
  if (const char* target = archive_entry_hardlink(entry))
    return {found.name, 'h', found.mode, target};
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      found.type = 'f', found.contents = read_contents(reader);
      break;
    case AE_IFDIR:
      found.type = 'd';
      break;
    case AE_IFLNK:
      found.type = 'l', found.contents = archive_entry_symlink(entry);
      break;
  }
  return found;
}

std::vector<Found> read_tar(const std::string& tar) {
  std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(),
                                                                &archive_read_free);
  archive_read_support_format_tar(reader.get());
  EXPECT_EQ(archive_read_open_memory(reader.get(), tar.data(), tar.size()), ARCHIVE_OK);
  std::vector<Found> found;
  archive_entry* entry = nullptr;
  int result;
  while ((result = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK)
    found.push_back(found_entry(reader.get(), entry));
  EXPECT_EQ(result, ARCHIVE_EOF);
  return found;
}

void list_expected(const std::string& path, const std::string& name, std::vector<Found>& found) {
  mode_t mode = lstat_file(path).st_mode;
  if (S_ISLNK(mode)) return found.push_back({name, 'l', 0777, read_link(path)});
  if (S_ISREG(mode))
    return found.push_back({name, 'f', mode & 0100 ? 0555u : 0444u, read_file(path)});
  found.push_back({name + "/", 'd', 0555, {}});
  for (const std::string& entry : list_directory(path))
    list_expected(path + "/" + entry, name + "/" + entry, found);
}

TEST(Tar, HoldsWhatWasAdded) {
  StringSink sink;
  TarWriter tar(sink);
  tar.add_directory("etc");
  tar.add_file("etc/passwd", "root\n", 0600);
  tar.add_symlink("bin", "usr/bin");
  tar.add_hardlink("etc/copy", "etc/passwd");
  tar.add_file("empty", "");
  tar.finish();
  EXPECT_THAT(
      read_tar(sink.text),
      ElementsAre(Found{"etc/", 'd', 0755, ""}, Found{"etc/passwd", 'f', 0600, "root\n"},
                  Found{"bin", 'l', 0777, "usr/bin"}, Found{"etc/copy", 'h', 0444, "etc/passwd"},
                  Found{"empty", 'f', 0644, ""}));
  EXPECT_EQ(sink.text.size() % 512, 0u);
}

TEST(Tar, KeepsNamesAndTargetsOfAnyLength) {
  StringSink sink;
  TarWriter tar(sink);
  std::vector<Found> expected;
  for (std::size_t length : {99, 100, 101, 511, 512, 513, 4000}) {
    std::string name = std::to_string(length) + "/" + std::string(length - 5, 'n') + "/";
    name.resize(length - 1, 'm');
    name += 'e', name[name.size() - 2] = 'm';
    std::string target(length, 't');
    tar.add_symlink(name, target);
    expected.push_back({name, 'l', 0777, target});
    tar.add_directory(name + "d");
    expected.push_back({name + "d/", 'd', 0755, ""});
  }
  tar.finish();
  EXPECT_EQ(read_tar(sink.text), expected);
}

TEST(Tar, OfATreeHoldsTheTree) {
  TemporaryDirectory directory("tar-test");
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::string tree = directory.path() + "/" + std::to_string(seed);
    RandomTree(seed).make_directory(tree, 4);
    StringSink sink;
    TarWriter tar(sink);
    tar.add_tree("gnu/store/x", tree);
    tar.finish();
    std::vector<Found> expected;
    list_expected(tree, "gnu/store/x", expected);
    EXPECT_EQ(read_tar(sink.text), expected) << "seed " << seed;
  }
}

TEST(Tar, PutsATreeWithoutNameAtTheTop) {
  TemporaryDirectory directory("tar-test");
  make_directories(directory.path() + "/a");
  write_file_atomically(directory.path() + "/b", "b");
  StringSink sink;
  TarWriter tar(sink);
  tar.add_tree("", directory.path());
  tar.finish();
  EXPECT_THAT(read_tar(sink.text),
              ElementsAre(Found{"a/", 'd', 0555, ""}, Found{"b", 'f', 0444, "b"}));
}

TEST(Tar, HasTheSameBytesForeverWhateverTheFilesTimesAndOwners) {
  TemporaryDirectory directory("tar-test");
  std::string bytes[2];
  for (std::string& text : bytes) {
    remove_tree(directory.path() + "/t");
    make_directories(directory.path() + "/t/d");
    write_file_atomically(directory.path() + "/t/d/run", "#!", &text == bytes ? 0755 : 0500);
    create_symlink("d", directory.path() + "/t/l");
    StringSink sink;
    TarWriter tar(sink);
    tar.add_tree("t", directory.path() + "/t");
    tar.finish();
    text = sink.text;
  }
  EXPECT_EQ(bytes[0], bytes[1]);
  EXPECT_EQ(hash_bytes(HashAlgorithm::sha256, bytes[0]).base16(),
            "a9d833529ab31d84c13d19a952cbe613b275cab7bb347227bd0115af5ad7ce99");
}

TEST(Tar, RejectsNamesThatWouldLeaveTheDestination) {
  StringSink sink;
  TarWriter tar(sink);
  for (const char* name : {"", "/etc", ".", "./a", "a/../../b", "..", "a//b", "a/"})
    EXPECT_THROW(tar.add_file(name, "x"), Error) << name;
  EXPECT_THROW(tar.add_hardlink("a", "/etc/passwd"), Error);
  EXPECT_EQ(sink.text, "");
}

TEST(Tar, DoesNotReadThroughALink) {
  TemporaryDirectory directory("tar-test");
  create_symlink("/etc/passwd", directory.path() + "/l");
  StringSink sink;
  TarWriter tar(sink);
  EXPECT_THROW(tar.add_file_from("l", directory.path() + "/l"), SystemError);
}

TEST(Tar, WritesSizesBeyondEightGibibytesInBase256) {
  TemporaryDirectory directory("tar-test");
  std::string path = directory.path() + "/sparse";
  write_file_atomically(path, "");
  const std::uint64_t size = (std::uint64_t{8} << 30) + 5;
  ASSERT_EQ(truncate(path.c_str(), static_cast<off_t>(size)), 0);

  /// Nobody wants to read 8 GiB: once the header is there, that is enough.
  struct Enough {};
  class HeaderSink : public Sink {
   public:
    void write(std::string_view bytes) override {
      if (!text.empty()) throw Enough();
      text = bytes;
    }
    std::string text;
  } sink;
  EXPECT_THROW(TarWriter(sink).add_file_from("sparse", path), Enough);
  ASSERT_EQ(sink.text.size(), 512u);
  std::string field = sink.text.substr(124, 12);
  EXPECT_EQ(field, std::string("\x80\0\0\0\0\0\0\x02\0\0\0\x05", 12));
}

TEST(Tar, IsUnderstoodByGnuTar) {
  if (!find_program("tar")) GTEST_SKIP() << "there is no tar";
  TemporaryDirectory directory("tar-test");
  StringSink sink;
  TarWriter tar(sink);
  std::string long_name = std::string(120, 'd') + "/" + std::string(120, 'f');
  tar.add_directory("bin", 0555);
  tar.add_file("bin/sh", "#!", 0555);
  tar.add_file(long_name, "x");
  tar.add_symlink("link", std::string(150, 't'));
  tar.add_hardlink("bin/bash", "bin/sh");
  tar.finish();
  write_file_atomically(directory.path() + "/t.tar", sink.text);
  CommandResult result =
      run_command({.argv = {"tar", "--utc", "--full-time", "-tvf", directory.path() + "/t.tar"},
                   .environment = {},
                   .directory = {}});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.output,
              HasSubstr("dr-xr-xr-x 0/0               0 1970-01-01 00:00:01 bin/\n"));
  EXPECT_THAT(result.output, HasSubstr(long_name + "\n"));
  EXPECT_THAT(result.output, HasSubstr("link -> " + std::string(150, 't') + "\n"));
  EXPECT_THAT(result.output, HasSubstr("bin/bash link to bin/sh\n"));
}

}  // namespace
}  // namespace nacre
