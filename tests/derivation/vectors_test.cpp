// SPDX-License-Identifier: GPL-3.0-or-later
#include "vectors.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "derivation/derivation.hpp"
#include "store/local_store.hpp"

namespace nacre {
namespace {

/// Derivations that Guix wrote, in an order that has inputs first.
class VectorsTest : public testing::Test {
 protected:
  VectorsTest()
      : directory_("nacre-derivation-test"),
        store_(LocalStore::open(StoreLayout::under(directory_.path() + "/root"))),
        cache_(store_) {}

  static std::vector<StorePath> paths() {
    std::vector<StorePath> paths;
    for (const auto& row : read_vector_table("derivations.tsv")) {
      StorePath path(row.at(0));
      if (paths.empty() || paths.back() != path) paths.push_back(path);
    }
    return paths;
  }
  static std::string text(const StorePath& path) {
    return read_file(vector_file("drv/" + std::string(path.base_name())));
  }
  static Derivation parse(const StorePath& path) {
    std::string_view name = path.name();
    return parse_derivation(text(path), name.substr(0, name.size() - 4));
  }
  static Derivation without_output_paths(Derivation derivation) {
    for (auto& [name, output] : derivation.outputs) {
      output.path.reset();
      derivation.environment.erase(name);
    }
    return derivation;
  }
  /// The sources that they refer to need not exist for their names to be computed.
  void insert_all() {
    for (const StorePath& path : paths())
      cache_.insert(path, std::make_shared<const Derivation>(parse(path)));
  }

  TemporaryDirectory directory_;
  std::shared_ptr<LocalStore> store_;
  DerivationCache cache_;
};

TEST_F(VectorsTest, WritingWhatWasReadGivesTheSameBytes) {
  ASSERT_GE(paths().size(), 6u);
  for (const StorePath& path : paths()) EXPECT_EQ(write_derivation(parse(path)), text(path));
}

TEST_F(VectorsTest, TheNameOfTheFileIsGuixs) {
  for (const StorePath& path : paths()) EXPECT_EQ(derivation_path(parse(path)), path);
}

TEST_F(VectorsTest, TheOutputPathsAreGuixs) {
  insert_all();
  for (const StorePath& path : paths()) {
    Derivation derivation = without_output_paths(parse(path));
    compute_output_paths(derivation, cache_);
    EXPECT_EQ(write_derivation(derivation), text(path));
  }
}

TEST_F(VectorsTest, TheTableNamesTheOutputs) {
  for (const auto& row : read_vector_table("derivations.tsv"))
    EXPECT_EQ(parse(StorePath(row.at(0))).output_path(row.at(1)).text(), row.at(2));
}

TEST_F(VectorsTest, AnUnknownOutputIsAnErrorThatNamesTheOthers) {
  Derivation multi = parse(StorePath("/gnu/store/hsp8nsk4ryz36hwbsk8y0b7mkncq0659-multi.drv"));
  try {
    multi.output_path("bin");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "its outputs: doc, lib, out");
  }
}

}  // namespace
}  // namespace nacre
