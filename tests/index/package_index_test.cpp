// SPDX-License-Identifier: GPL-3.0-or-later
#include "index/package_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "index/record_text.hpp"
#include "index/search.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string sample =
    "nacre packages 1\n"
    "system x86_64-linux\n"
    "file gnu/packages/maths.scm\n"
    "\n"
    "name python-numpy\n"
    "version 1.19.5\n"
    "outputs out everything\n"
    "systems x86_64-linux aarch64-linux\n"
    "dependencies openblas@0.3.13 python@3.9\n"
    "location gnu/packages/maths.scm:12:2\n"
    "homepage https://numpy.org\n"
    "license Modified BSD\n"
    "synopsis Arrays of numbers\n"
    "description Arrays, and numeric functions.\v\v   * fast;\v\v   * small.\n"
    "upstream-name numpy\n"
    "\n"
    "name python\n"
    "version 3.9.2\n"
    "outputs out everything else\vtk the graphical parts\n"
    "synopsis Language\n"
    "\n"
    "name python\n"
    "version 3.10.1\n"
    "outputs out everything\n"
    "\n"
    "name old-python\n"
    "version 1\n"
    "superseded python\n"
    "\n"
    "name secret-python\n"
    "version 1\n"
    "hidden yes\n"
    "\n"
    "end 5\n";

std::string parse_failure(const std::string& text) {
  try {
    PackageIndex::parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

std::vector<std::string> names(const std::vector<SearchResult>& results) {
  std::vector<std::string> all;
  for (const SearchResult& result : results) all.push_back(result.package->full_name());
  return all;
}

std::vector<std::string> search(const std::vector<std::string>& expressions) {
  static const PackageIndex index = PackageIndex::parse(sample);
  std::vector<SearchPattern> patterns;
  for (const std::string& expression : expressions) patterns.emplace_back(expression);
  return names(search_packages(index, patterns));
}

TEST(PackageIndex, HasTheFieldsOfItsText) {
  const PackageIndex index = PackageIndex::parse(sample);
  ASSERT_EQ(index.packages().size(), 5U);
  EXPECT_EQ(index.system(), "x86_64-linux");
  EXPECT_THAT(index.files(), ElementsAre("gnu/packages/maths.scm"));
  EXPECT_EQ(index.packages()[0].license, "Modified BSD");
  EXPECT_EQ(index.packages()[3].superseded, "python");
  const auto outputs = package_outputs(index.packages()[1]);
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[1].name, "tk");
  EXPECT_EQ(outputs[1].synopsis, "the graphical parts");
}

TEST(PackageIndex, StaysWholeWhenItIsMoved) {
  PackageIndex index = PackageIndex::parse("nacre packages 1\n\nend 0\n");
  const PackageIndex moved = std::move(index);
  EXPECT_THAT(moved.packages(), IsEmpty());
}

TEST(PackageIndex, FindsTheNewestFirst) {
  const PackageIndex index = PackageIndex::parse(sample);
  const auto found = index.find("python");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]->version, "3.10.1");
  EXPECT_EQ(index.find("python", "3.9").size(), 1U);
  EXPECT_EQ(index.find("python", "3.1").size(), 0U);
}

TEST(PackageIndex, RefusesDamage) {
  EXPECT_THAT(parse_failure(""), HasSubstr("ends early"));
  EXPECT_THAT(parse_failure("nacre packages 2\n\nend 0\n"), HasSubstr("this version"));
  EXPECT_THAT(parse_failure(sample.substr(0, sample.size() / 2)), HasSubstr("ends early"));
  EXPECT_THAT(parse_failure(replaced(sample, "end 5", "end 6")), HasSubstr("as many"));
  EXPECT_THAT(parse_failure(sample + "more\n"), HasSubstr("as many"));
  EXPECT_THAT(parse_failure(replaced(sample, "license ", "licence ")), HasSubstr("'licence'"));
  EXPECT_THAT(parse_failure(replaced(sample, "homepage", "license")), HasSubstr("two fields"));
  EXPECT_THAT(parse_failure(replaced(sample, "numbers", "\x1b[31m")), HasSubstr("control"));
  EXPECT_THAT(parse_failure(replaced(sample, "numbers", "\xff")), HasSubstr("UTF-8"));
  EXPECT_THAT(parse_failure(replaced(sample, "name old-python\n", "")), HasSubstr("no name"));
}

TEST(Search, RanksNamesAboveDescriptions) {
  EXPECT_THAT(search({"numpy"}), ElementsAre("python-numpy@1.19.5"));
  EXPECT_THAT(search({"NUMERIC"}), ElementsAre("python-numpy@1.19.5"));
  EXPECT_THAT(search({"python"}),
              ElementsAre("python@3.10.1", "python@3.9.2", "python-numpy@1.19.5"));
}

TEST(Search, WantsAllExpressions) {
  EXPECT_THAT(search({"python", "arrays"}), ElementsAre("python-numpy@1.19.5"));
  EXPECT_THAT(search({"python", "unheard"}), IsEmpty());
}

TEST(Search, TakesExtendedRegularExpressions) {
  EXPECT_THAT(search({"^python-(num|sci)py$"}), ElementsAre("python-numpy@1.19.5"));
  EXPECT_THAT(search({"^numpy"}), ElementsAre("python-numpy@1.19.5"));
  EXPECT_THROW(search({"python("}), Error);
}

TEST(Search, CountsMatches) {
  EXPECT_EQ(SearchPattern("a").score("banana"), 3);
  EXPECT_EQ(SearchPattern("banana").score("banana"), 5);
  EXPECT_EQ(SearchPattern("[an]+").score("banana"), 1);
  EXPECT_EQ(SearchPattern("É").score("é"), 5);
  EXPECT_EQ(SearchPattern("^a").score("aa"), 1);
  EXPECT_EQ(SearchPattern("x").score(""), 0);
  const PackageIndex index = PackageIndex::parse(sample);
  // Name once, upstream name as a whole.
  std::vector<SearchPattern> patterns;
  patterns.emplace_back("numpy");
  EXPECT_EQ(relevance(index.packages()[0], patterns), 4 * 1 + 2 * 5);
}

TEST(Record, HasGuixsForm) {
  const PackageIndex index = PackageIndex::parse(sample);
  EXPECT_EQ(package_record(index.packages()[0], {30, 7, false, nullptr}),
            "name: python-numpy\n"
            "version: 1.19.5\n"
            "outputs:\n"
            "+ out: everything\n"
            "systems: x86_64-linux\n"
            "+ aarch64-linux\n"
            "dependencies: openblas@0.3.13\n"
            "+ python@3.9\n"
            "location: gnu/packages/maths.scm:12:2\n"
            "homepage: https://numpy.org\n"
            "license: Modified BSD\n"
            "synopsis: Arrays of numbers\n"
            "description: Arrays, and\n"
            "+ numeric functions.\n"
            "+ \n"
            "+    * fast;\n"
            "+ \n"
            "+    * small.\n"
            "relevance: 7\n"
            "\n");
}

TEST(Record, ListsTheOutputOutLast) {
  const PackageIndex index = PackageIndex::parse(sample);
  EXPECT_THAT(package_record(index.packages()[1], {}),
              HasSubstr("outputs:\n+ tk: the graphical parts\n+ out: everything else\n"));
}

TEST(FillText, IndentsItemsOfLists) {
  EXPECT_EQ(fill_text("   * one two three", 12, 0), "   * one two\n     three");
  EXPECT_EQ(fill_text("  10. one two three", 14, 0), "  10. one two\n      three");
  EXPECT_EQ(fill_text("unbreakable word", 4, 0), "unbreakable\nword");
  EXPECT_EQ(fill_text("ä ä ä", 3, 0), "ä ä\nä");
  EXPECT_EQ(fill_text("", 10, 0), "");
}

}  // namespace
}  // namespace nacre
