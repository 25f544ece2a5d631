// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/manifest_file.hpp"

#include <gmock/gmock.h>

#include "base/files.hpp"
#include "profile/builtin_fixture.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string item = "/gnu/store/00000000000000000000000000000000-";

std::string quoted(const std::string& name) {
  return "\"" + item + name + "\"";
}

/// "name version output item-name" of the entries at `indices`.
std::vector<std::string> texts(const ManifestFile& manifest,
                               const std::vector<std::size_t>& indices) {
  std::vector<std::string> result;
  for (const std::size_t index : indices) {
    const ManifestFile::Entry& entry = manifest.entries()[index];
    result.push_back(entry.name + " " + entry.version + " " + entry.output + " " +
                     base_name(entry.item).substr(33));
  }
  return result;
}

ManifestFile read(const std::string& version, const std::string& packages) {
  return {"manifest", "(manifest (version " + version + ") (packages (" + packages + ")))"};
}

TEST(ManifestFile, ReadsVersion0) {
  const ManifestFile manifest = read("0", "(\"a\" \"1\" \"out\" " + quoted("a-1") + ")");
  EXPECT_THAT(texts(manifest, manifest.top()), ElementsAre("a 1 out a-1"));
}

TEST(ManifestFile, ReadsVersion1WithAndWithoutLabels) {
  const ManifestFile manifest =
      read("1", "(\"a\" \"1\" \"out\" " + quoted("a-1") + " ((\"gmp\" " + quoted("gmp-6.1.2") +
                    ") " + quoted("lib-x-2") + "))");
  EXPECT_THAT(texts(manifest, manifest.top()), ElementsAre("a 1 out a-1"));
  EXPECT_THAT(texts(manifest, manifest.transitive()),
              ElementsAre("a 1 out a-1", "gmp 6.1.2 out gmp-6.1.2", "lib-x 2 out lib-x-2"));
}

TEST(ManifestFile, ReadsVersion2) {
  const ManifestFile manifest =
      read("2", "(\"a\" \"1\" \"out\" " + quoted("a-1") + " (propagated-inputs (" + quoted("b-2") +
                    ")) (search-paths ((\"X_PATH\" (\"lib/x\") \":\" directory #f))))");
  EXPECT_THAT(texts(manifest, manifest.transitive()), ElementsAre("a 1 out a-1", "b 2 out b-2"));
  EXPECT_EQ(manifest.search_paths().back().variable, "X_PATH");
}

TEST(ManifestFile, ReadsVersion3) {
  const ManifestFile manifest =
      read("3", "(\"a\" \"1\" \"lib\" " + quoted("a-1") +
                    " (propagated-inputs ((\"b\" \"2\" \"out\" " + quoted("b-2") +
                    " (propagated-inputs ()) (search-paths ())))) (search-paths ()) "
                    "(properties (answer . 42) (other 1)))");
  EXPECT_THAT(texts(manifest, manifest.transitive()), ElementsAre("a 1 lib a-1", "b 2 out b-2"));
  EXPECT_EQ(manifest.entries()[manifest.top()[0]].properties.size(), 2U);
}

TEST(ManifestFile, ReadsVersion4WithWhatIsRepeated) {
  const std::string b = "(\"b\" \"2\" \"out\" " + quoted("b-2") + ")";
  const ManifestFile manifest = read(
      "4", "(\"a\" \"1\" \"out\" " + quoted("a-1") + " (propagated-inputs (" + b +
               ")) (properties ((answer . 42) (other 1)))) (\"c\" \"3\" \"out\" " + quoted("c-3") +
               " (propagated-inputs ((repeated \"b\" \"2\" " + quoted("b-2") + "))))");
  EXPECT_THAT(texts(manifest, manifest.top()), ElementsAre("a 1 out a-1", "c 3 out c-3"));
  EXPECT_THAT(texts(manifest, manifest.transitive()),
              ElementsAre("a 1 out a-1", "c 3 out c-3", "b 2 out b-2"));
  EXPECT_EQ(manifest.entries().size(), 3U);
  EXPECT_EQ(manifest.entries()[manifest.top()[0]].properties.size(), 2U);
}

TEST(ManifestFile, SearchPathsBeginWithPathAndComeOnce) {
  const std::string paths =
      " (search-paths ((\"X\" (\"x\") #f regular \"^x$\") (\"PATH\" (\"bin\" \"sbin\") \":\" "
      "directory #f)))";
  const ManifestFile manifest =
      read("4", "(\"a\" \"1\" \"out\" " + quoted("a-1") + paths + ") (\"b\" \"1\" \"out\" " +
                    quoted("b-1") + paths + ")");
  const std::vector<SearchPath> found = manifest.search_paths();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].variable, "PATH");
  EXPECT_EQ(found[1].variable, "X");
  EXPECT_EQ(found[1].separator, "");
  EXPECT_EQ(found[1].type, FileType::regular);
  EXPECT_EQ(found[1].pattern, "^x$");
}

TEST(ManifestFile, TextsThatAreNotManifestsAreErrorsWithAPlace) {
  for (const std::string& text :
       {std::string("()"), std::string("(manifest)"), std::string("(manifest (version 4))"),
        std::string("(manifest (version 4) (packages ((\"a\"))))"),
        std::string("(manifest (version 4) (packages (5)))"),
        std::string("(manifest (version 4) (packages ((\"a\" \"1\" \"out\" \"x\" "
                    "(search-paths ((1 2)))))))")})
    EXPECT_THAT(error_of([&] { ManifestFile("manifest", text); }), HasSubstr("malformed")) << text;
  EXPECT_THAT(error_of([] { read("5", ""); }), HasSubstr("version 5"));
  EXPECT_THAT(error_of([] { read("4", "(repeated \"a\" \"1\" \"x\")"); }),
              HasSubstr("did not occur before"));
  EXPECT_THAT(error_of([] {
                read("4",
                     "(\"a\" \"1\" \"out\" \"x\" (search-paths ((\"X\" (\"../x\") #f "
                     "directory #f))))");
              }),
              HasSubstr("not relative"));
}

TEST(ManifestFile, AProfileWithoutAManifestIsEmpty) {
  const TemporaryDirectory directory("nacre-manifest");
  EXPECT_THAT(ManifestFile::of_profile(directory.path()).top(), IsEmpty());
}

}  // namespace
}  // namespace nacre
