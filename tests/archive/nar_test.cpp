// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/nar.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "archive/nar_format.hpp"
#include "archive/random_tree.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string dump(const std::string& path, const PathFilter& filter = {}) {
  StringSink sink;
  dump_nar(path, sink, filter);
  return sink.text;
}

void restore(std::string_view archive, const std::string& path) {
  StringSource source(archive);
  restore_nar(source, path);
}

/// Writes archives that dump_nar would not.
class NarText {
 public:
  NarText& number(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  NarText& raw(std::string_view bytes) {
    text += bytes;
    return *this;
  }
  NarText& string(std::string_view bytes, char padding = '\0') {
    number(bytes.size()).raw(bytes);
    text.append(nar::padding_of(bytes.size()), padding);
    return *this;
  }
  template <typename... Strings>
  NarText& strings(Strings... all) {
    (string(all), ...);
    return *this;
  }
  NarText& file(std::string_view contents) {
    return strings("(", "type", "regular", "contents", contents, ")");
  }
  NarText& symlink(std::string_view target) {
    return strings("(", "type", "symlink", "target", target, ")");
  }
  NarText& open_directory() { return strings("(", "type", "directory"); }
  NarText& entry(std::string_view name, std::string_view contents = "x") {
    return strings("entry", "(", "name", name, "node").file(contents).string(")");
  }
  NarText& close() { return string(")"); }

  std::string text;
};

NarText nar_text() {
  return NarText().strings("nix-archive-1");
}

class Nar : public testing::Test {
 protected:
  std::string in(const std::string& name) const { return directory_.path() + "/" + name; }
  TemporaryDirectory directory_{"nar-test"};
};

/// The table beside the archive that the real thing made.
std::map<std::string, std::string> known_answers() {
  std::map<std::string, std::string> answers;
  std::ifstream table(NACRE_TEST_DATA "/vectors/nar.tsv");
  for (std::string line; std::getline(table, line);) {
    std::size_t tab = line.find('\t');
    if (tab != std::string::npos) answers[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return answers;
}

TEST_F(Nar, OfTheKnownTreeIsTheKnownArchive) {
  make_directories(in("tree/sub/empty"));
  write_file_atomically(in("tree/a"), "alpha");
  write_file_atomically(in("tree/B"), "upper sorts first");
  write_file_atomically(in("tree/\xc3\xa9"), "utf-8");
  write_file_atomically(in("tree/sub/empty-file"), "");
  write_file_atomically(in("tree/sub/script.sh"), "#!/bin/sh\necho hi\n", 0755);
  create_symlink("../a", in("tree/sub/link"));

  EXPECT_EQ(dump(in("tree")), read_file(NACRE_TEST_DATA "/vectors/tree.nar"));
  auto answers = known_answers();
  NarHash hash = hash_nar(in("tree"));
  EXPECT_EQ(hash.hash.nix_base32(), answers.at("sha256, nix-base32"));
  EXPECT_EQ(std::to_string(hash.size), answers.at("size in bytes"));
}

TEST_F(Nar, RestoresTheKnownArchive) {
  std::string archive = read_file(NACRE_TEST_DATA "/vectors/tree.nar");
  restore(archive, in("r"));
  EXPECT_EQ(dump(in("r")), archive);
  EXPECT_EQ(read_file(in("r/sub/script.sh")), "#!/bin/sh\necho hi\n");
  EXPECT_EQ(read_link(in("r/sub/link")), "../a");
  EXPECT_THAT(list_directory(in("r")), ElementsAre("B", "a", "sub", "\xc3\xa9"));
}

TEST_F(Nar, DumpsAgainWhatItRestored) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    std::string tree = in("t" + std::to_string(seed)), copy = tree + "-copy";
    RandomTree(seed).make(tree);
    std::string archive = dump(tree);
    restore(archive, copy);
    ASSERT_EQ(dump(copy), archive) << "seed " << seed;
    ASSERT_EQ(hash_nar(copy).hash, hash_bytes(HashAlgorithm::sha256, archive)) << "seed " << seed;
  }
}

TEST_F(Nar, OfLargeFilesIsHashedAsItIsDumped) {
  make_directories(in("t"));
  for (std::size_t size : {262143, 262144, 262145, 3000001}) {
    std::string contents(size, 'x');
    for (std::size_t i = 0; i < size; i += 97) contents[i] = static_cast<char>(i * 31 >> 3);
    write_file_atomically(in("t/" + std::to_string(size)), contents);
  }
  HashSink sink(HashAlgorithm::sha512);
  dump_nar(in("t"), sink);
  NarHash hash = hash_nar(in("t"), HashAlgorithm::sha512);
  EXPECT_EQ(hash.size, sink.size());
  EXPECT_EQ(hash.hash, sink.finish());
}

TEST_F(Nar, DoesNotDependOnModesBeyondExecutability) {
  write_file_atomically(in("f"), "x", 0755);
  std::string archive = dump(in("f"));
  chmod(in("f").c_str(), 0500);
  EXPECT_EQ(dump(in("f")), archive);
  chmod(in("f").c_str(), 0655);  // executable for others only
  EXPECT_NE(dump(in("f")), archive);
}

TEST_F(Nar, RestoresTheSameModesWhateverTheUmask) {
  mode_t old = umask(077);
  restore(nar_text().open_directory().entry("f").close().text, in("r"));
  umask(old);
  EXPECT_EQ(lstat_file(in("r")).st_mode & 07777, 0755u);
  EXPECT_EQ(lstat_file(in("r/f")).st_mode & 07777, 0644u);
}

TEST_F(Nar, HoldsWhatTheFilterKeeps) {
  make_directories(in("t/keep"));
  make_directories(in("t/drop"));
  write_file_atomically(in("t/keep/a"), "a");
  write_file_atomically(in("t/keep/b"), "b");
  write_file_atomically(in("t/drop/c"), "c");
  std::vector<std::string> asked;
  std::string archive = dump(in("t"), [&](const std::string& path) {
    asked.push_back(path.substr(directory_.path().size()));
    return !path.ends_with("/drop") && !path.ends_with("/b");
  });
  EXPECT_THAT(asked, ElementsAre("/t/drop", "/t/keep", "/t/keep/a", "/t/keep/b"));
  restore(archive, in("r"));
  EXPECT_THAT(list_directory(in("r")), ElementsAre("keep"));
  EXPECT_THAT(list_directory(in("r/keep")), ElementsAre("a"));
}

TEST_F(Nar, OfAPipeIsAnErrorThatNamesIt) {
  make_directories(in("t"));
  ASSERT_EQ(mkfifo(in("t/pipe").c_str(), 0600), 0);
  try {
    dump(in("t"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(in("t/pipe")));
  }
}

TEST_F(Nar, OfNothingIsAnError) {
  EXPECT_THROW(hash_nar(in("nothing")), SystemError);
}

TEST_F(Nar, IsReadToItsEndAndNoFurther) {
  std::string archive = nar_text().file("contents").text;
  std::string stream = archive + "rest";
  StringSource source(stream);
  restore_nar(source, in("r"));
  char rest[8];
  EXPECT_EQ(source.read(rest, sizeof rest), 4u);
}

TEST_F(Nar, DoesNotReplaceWhatExists) {
  write_file_atomically(in("file"), "precious");
  make_directories(in("directory"));
  create_symlink("elsewhere", in("link"));
  for (const char* name : {"file", "directory", "link"}) {
    EXPECT_THROW(restore(nar_text().file("x").text, in(name)), SystemError);
    EXPECT_THROW(restore(nar_text().symlink("x").text, in(name)), SystemError);
    EXPECT_THROW(restore(nar_text().open_directory().close().text, in(name)), SystemError);
  }
  EXPECT_EQ(read_file(in("file")), "precious");
  EXPECT_EQ(read_link(in("link")), "elsewhere");
  EXPECT_TRUE(path_exists(in("directory")));
  EXPECT_FALSE(path_exists(in("elsewhere")));
}

TEST_F(Nar, WithEntriesBelowALinkCannotLeaveTheDestination) {
  make_directories(in("outside"));
  // First a link "d" that leads out, then a directory "d" that would be created through it.
  NarText text = nar_text().open_directory().strings("entry", "(", "name", "d", "node");
  text.symlink(in("outside")).string(")");
  text.strings("entry", "(", "name", "d", "node").open_directory().entry("f").close().string(")");
  EXPECT_THROW(restore(text.close().text, in("r")), Error);
  EXPECT_THAT(list_directory(in("outside")), ElementsAre());
  EXPECT_FALSE(path_exists(in("r")));
}

TEST_F(Nar, CutOffAnywhereIsAnErrorThatLeavesNothing) {
  std::string archive = read_file(NACRE_TEST_DATA "/vectors/tree.nar");
  for (std::size_t length = 0; length < archive.size(); length += 29) {
    EXPECT_THROW(restore(std::string_view(archive).substr(0, length), in("r")), Error) << length;
    ASSERT_FALSE(path_exists(in("r"))) << length;
  }
}

TEST_F(Nar, WithAnyByteChangedIsAnErrorOrAnotherTree) {
  std::string archive = read_file(NACRE_TEST_DATA "/vectors/tree.nar");
  for (std::size_t at = 0; at < archive.size(); at += 5) {
    std::string changed = archive;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 7));
    try {
      restore(changed, in("r"));
      EXPECT_EQ(dump(in("r")), changed) << at;  // what it accepts is canonical
      remove_tree(in("r"));
    } catch (const Error&) {
      ASSERT_FALSE(path_exists(in("r"))) << at;
    }
  }
  EXPECT_THAT(list_directory(directory_.path()), ElementsAre());
}

TEST_F(Nar, NestedTooDeeplyIsAnErrorThatLeavesNothing) {
  NarText text = nar_text();
  for (int depth = 0; depth < 100000; ++depth)
    text.open_directory().strings("entry", "(", "name", "d", "node");
  EXPECT_THROW(restore(text.text, in("r")), Error);
  EXPECT_FALSE(path_exists(in("r")));
}

struct Malformed {
  const char* name;
  std::string archive;
  const char* complaint;
};

class MalformedNar : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedNar, IsAClearErrorAndLeavesNothing) {
  TemporaryDirectory directory("nar-test");
  make_directories(directory.path() + "/d");
  try {
    restore(GetParam().archive, directory.path() + "/d/r");
    FAIL() << "it was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
  }
  EXPECT_THAT(list_directory(directory.path()), ElementsAre("d"));
  EXPECT_THAT(list_directory(directory.path() + "/d"), ElementsAre());
}

std::string with_entries(std::initializer_list<std::string_view> names) {
  NarText text = nar_text().open_directory();
  for (std::string_view name : names) text.entry(name);
  return text.close().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedNar,
    testing::Values(
        Malformed{"Empty", "", "ends too early"},
        Malformed{"OfAnotherVersion", NarText().strings("nix-archive-2").text, "nix-archive-1"},
        Malformed{"WithAHugeKeyword", NarText().number(UINT64_MAX).text, "bytes"},
        Malformed{"WithoutAParenthesis", nar_text().strings("type").text, "'(' should be"},
        Malformed{"OfAnUnknownType", nar_text().strings("(", "type", "device").text, "device"},
        Malformed{"WithoutContents", nar_text().strings("(", "type", "regular", ")").text,
                  "'contents' should be"},
        Malformed{"WithAWordAfterExecutable",
                  nar_text().strings("(", "type", "regular", "executable", "yes").text, "'yes'"},
        Malformed{
            "WithContentsTwice",
            nar_text().strings("(", "type", "regular", "contents", "a", "contents", "b", ")").text,
            "')' should be"},
        Malformed{
            "WithAnImpossibleFileSize",
            nar_text().strings("(", "type", "regular", "contents").number(UINT64_MAX - 7).text,
            "a file of"},
        Malformed{"WithLessThanTheFilesSize",
                  nar_text()
                      .strings("(", "type", "regular", "contents")
                      .number(std::uint64_t{1} << 40)
                      .raw("short")
                      .text,
                  "ends too early"},
        Malformed{"WithPaddingInAString", NarText().string("nix-archive-1", 'x').text, "padding"},
        Malformed{"WithPaddingAfterContents",
                  nar_text()
                      .strings("(", "type", "regular", "contents")
                      .string("abc", 'x')
                      .string(")")
                      .text,
                  "padding"},
        Malformed{"WithAnEmptyName", with_entries({""}), "not allowed"},
        Malformed{"WithTheNameDot", with_entries({"."}), "not allowed"},
        Malformed{"WithTheNameDotDot", with_entries({"a", ".."}), "not allowed"},
        Malformed{"WithAnAbsoluteName", with_entries({"/etc"}), "not allowed"},
        Malformed{"WithANameThatClimbs", with_entries({"../../x"}), "not allowed"},
        Malformed{"WithASlashInAName", with_entries({"a", "b/c"}), "not allowed"},
        Malformed{"WithANulInAName", with_entries({std::string_view("a\0b", 3)}), "a\\x00b"},
        Malformed{"WithAnEndlessName", with_entries({std::string(256, 'n')}), "256 bytes"},
        Malformed{"WithANameTwice", with_entries({"a", "a"}), "twice"},
        Malformed{"WithNamesOutOfOrder", with_entries({"b", "a"}), "comes after"},
        Malformed{"WithBytesOrderedAsIfSigned", with_entries({"\xc3\xa9", "z"}), "comes after"},
        Malformed{"WithAnEmptyLink", nar_text().symlink("").text, "empty symbolic link"},
        Malformed{"WithANulInALink", nar_text().symlink(std::string_view("a\0b", 3)).text, "NUL"},
        Malformed{"WithAnEndlessLink", nar_text().symlink(std::string(4096, 'l')).text,
                  "4096 bytes"},
        Malformed{"WithAnUnknownWordInADirectory",
                  nar_text().open_directory().entry("a").string("exit").text, "'exit'"},
        Malformed{"WithControlCharacters", nar_text().strings("(", "type", "\x1b[2J").text,
                  "\\x1b[2J"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace nacre
