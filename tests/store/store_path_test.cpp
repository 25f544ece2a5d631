// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store_path.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "vectors.hpp"

namespace nacre {
namespace {

const std::string digits(32, 'a');

TEST(StorePath, TakesAWellFormedPathApart) {
  StorePath path("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_EQ(path.base_name(), "lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_EQ(path.hash_part(), "lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb");
  EXPECT_EQ(path.name(), "hello.txt");
  EXPECT_FALSE(path.is_derivation());
  EXPECT_TRUE(StorePath("/gnu/store/" + digits + "-a.drv").is_derivation());
}

TEST(StorePath, RejectsWhatIsNotWellFormed) {
  for (const std::string& text :
       {std::string(), std::string("/gnu/store"), std::string("/gnu/store/"),
        "/nix/store/" + digits + "-a", "/gnu/store/" + digits, "/gnu/store/" + digits + "-",
        "/gnu/store/" + digits + "-a/b", "/gnu/store/" + digits + "-.a",
        "/gnu/store/" + digits + "-a b", "/gnu/store/" + std::string(32, 'e') + "-a",
        "/gnu/store/" + digits.substr(1) + "-a", "/gnu/store/" + digits + "-a\n",
        "/gnu/store/" + digits + "-" + std::string(212, 'a'), "gnu/store/" + digits + "-a"}) {
    EXPECT_FALSE(StorePath::is_valid(text)) << text;
    EXPECT_THROW(StorePath path(text), Error) << text;
  }
  EXPECT_TRUE(StorePath::is_valid("/gnu/store/" + digits + "-" + std::string(211, 'a')));
}

TEST(StorePath, FindsTheItemThatAPathLiesBelow) {
  EXPECT_EQ(StorePath::containing("/gnu/store/" + digits + "-a/bin/x").name(), "a");
  EXPECT_EQ(StorePath::containing("/gnu/store/" + digits + "-a").name(), "a");
  EXPECT_THROW(StorePath::containing("/gnu/store"), Error);
  EXPECT_THROW(StorePath::containing("/etc/passwd"), Error);
}

TEST(StorePath, NamesTextsAsGuixDoes) {
  int count = 0;
  for (const auto& row : read_vector_table("text-store-paths.tsv")) {
    StorePathSet references;
    for (const std::string& reference : split(row.at(2), ' ')) references.emplace(reference);
    Hash hash = hash_bytes(HashAlgorithm::sha256, read_scheme_string(row.at(1)));
    EXPECT_EQ(make_text_path(row.at(0), hash, references).text(), row.at(3));
    ++count;
  }
  EXPECT_GE(count, 3);
}

TEST(StorePath, NamesFilesAndTreesAsGuixDoes) {
  Hash flat = hash_bytes(HashAlgorithm::sha256, "alpha");
  EXPECT_EQ(make_fixed_output_path(false, flat, "a").text(),
            read_vector_value("nar.tsv", "store path of file a"));
  Hash nar = hash_bytes(HashAlgorithm::sha256, read_file(vector_file("tree.nar")));
  EXPECT_EQ(make_fixed_output_path(true, nar, "tree").text(),
            read_vector_value("nar.tsv", "store path when added"));
}

TEST(StorePath, ASelfReferenceAndReferencesChangeTheNameOfATree) {
  Hash hash = hash_bytes(HashAlgorithm::sha256, "x");
  StorePath plain = make_fixed_output_path(true, hash, "x");
  StorePath self = make_fixed_output_path(true, hash, "x", {}, true);
  EXPECT_NE(plain, self);
  EXPECT_NE(make_fixed_output_path(true, hash, "x", {plain}), plain);
}

TEST(StorePath, AnOutputsNameEndsInItsOwnUnlessItIsOut) {
  EXPECT_EQ(output_path_name("hello-1.0", "out"), "hello-1.0");
  EXPECT_EQ(output_path_name("hello-1.0", "doc"), "hello-1.0-doc");
}

TEST(StorePath, NamesWithOddCharactersAreRefused) {
  for (const char* name : {"", ".hidden", "a/b", "a b", "ä", "a\"b", "a:b"})
    EXPECT_THROW(check_store_name(name), Error) << name;
  for (const char* name : {"a", "A.b-c_d+e?f=g", "..x" + 2})
    EXPECT_NO_THROW(check_store_name(name));
}

}  // namespace
}  // namespace nacre
