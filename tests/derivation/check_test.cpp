// SPDX-License-Identifier: GPL-3.0-or-later
#include "derivation/check.hpp"
#include "store/local_store.hpp"

#include <gtest/gtest.h>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "vectors.hpp"

namespace nacre {
namespace {

/// Derivations that enter a store; what is claimed in them is not theirs.
class IntakeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { register_derivation_intake(); }

  IntakeTest()
      : directory_("nacre-derivation-test"),
        store_(LocalStore::open(StoreLayout::under(directory_.path() + "/root"))),
        cache_(store_) {}

  Derivation make(const std::string& name, const std::vector<StorePath>& inputs = {}) {
    Derivation derivation;
    derivation.name = name;
    derivation.system = "x86_64-linux";
    derivation.builder = "/bin/sh";
    derivation.outputs["out"];
    derivation.outputs["doc"];
    for (const StorePath& input : inputs) derivation.inputs[input] = {"out"};
    compute_output_paths(derivation, cache_);
    return derivation;
  }
  Derivation make_fixed() {
    Derivation derivation = make("fixed");
    derivation.environment.clear();
    derivation.outputs = {{"out", {{}, hash_bytes(HashAlgorithm::sha256, "contents"), true}}};
    compute_output_paths(derivation, cache_);
    return derivation;
  }
  /// As one who writes the text by hand adds it.
  StorePath add(const Derivation& derivation) {
    StorePathSet references = derivation.sources;
    for (const auto& [input, _] : derivation.inputs) references.insert(input);
    return store_->add_text(derivation.name + ".drv", write_derivation(derivation), references);
  }
  std::string refusal(const Derivation& derivation) {
    try {
      add(derivation);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
  void expect_claim_refused(Derivation derivation, const std::string& output = "out") {
    derivation.outputs.at(output).path = other_;
    derivation.environment[output] = other_.text();
    EXPECT_NE(refusal(derivation).find(other_.text()), std::string::npos) << refusal(derivation);
    EXPECT_TRUE(store_->derivers(other_).empty());
  }

  StorePath other_{"/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-hello-2.10"};
  TemporaryDirectory directory_;
  std::shared_ptr<LocalStore> store_;
  DerivationCache cache_;
};

TEST_F(IntakeTest, WhatIsRightIsTaken) {
  StorePath a = add(make("a"));
  StorePath b = add(make("b", {a, add(make_fixed())}));
  EXPECT_EQ(store_->derivation_outputs(b).at("doc"), cache_.read(b)->output_path("doc"));
  EXPECT_NO_THROW(store_->check_derivation(b));
  EXPECT_NO_THROW(cache_.check(b));
}

TEST_F(IntakeTest, AnOutputOfAnotherIsRefused) {
  expect_claim_refused(make("a"));
  expect_claim_refused(make("a"), "doc");
  expect_claim_refused(make("b", {add(make("a"))}));
}

TEST_F(IntakeTest, AFixedOutputWhosePathIsNotThatOfItsHashIsRefused) {
  expect_claim_refused(make_fixed());
  Derivation other_hash = make_fixed();
  other_hash.outputs.at("out").hash = hash_bytes(HashAlgorithm::sha256, "other contents");
  EXPECT_NE(refusal(other_hash), "");
  Derivation flat = make_fixed();
  flat.outputs.at("out").recursive = false;
  EXPECT_NE(refusal(flat), "");
}

TEST_F(IntakeTest, AVariableThatIsNotTheOutputIsRefused) {
  Derivation other = make("a");
  other.environment["out"] = other_.text();
  EXPECT_NE(refusal(other), "");
  Derivation none = make("a");
  none.environment.erase("doc");
  EXPECT_NE(refusal(none), "");
}

TEST_F(IntakeTest, HashesOfSeveralOutputsOrNoOutputsAreRefused) {
  Derivation two = make("a");
  two.outputs.at("out").hash = hash_bytes(HashAlgorithm::sha256, "contents");
  EXPECT_NE(refusal(two), "");
  Derivation none = make("a");
  none.outputs.clear();
  EXPECT_NE(refusal(none), "");
}

TEST_F(IntakeTest, ReferencesOtherThanThoseOfTheTextAreRefused) {
  StorePath source = store_->add_text("source", "source");
  Derivation a = make("a");
  std::string text = write_derivation(a);
  EXPECT_THROW(store_->add_text("a.drv", text, {source}), Error);
  Derivation b = make("b", {add(a)});
  EXPECT_THROW(store_->add_text("b.drv", write_derivation(b), {}), Error);
}

TEST_F(IntakeTest, WhatIsNoDerivationIsRefused) {
  for (const char* text :
       {"", "Derive(", "Derive([],[],[],\"x\",\"/bin/sh\",[],[])", "hello",
        "Derive([(\"out\",\"/etc/passwd\",\"\",\"\")],[],[],\"x\",\"/b\",[],[])"})
    EXPECT_THROW(store_->add_text("x.drv", text), Error) << text;
  EXPECT_TRUE(store_->all_valid_paths().empty());
}

TEST_F(IntakeTest, ADerivationOfTheSameBatchCountsAsInput) {
  Derivation a = make("a");
  StorePath path = derivation_path(a);
  cache_.insert(path, std::make_shared<const Derivation>(a));
  Derivation b = make("b", {path});
  std::vector<Store::Text> texts{{"a.drv", write_derivation(a), {}},
                                 {"b.drv", write_derivation(b), {path}}};
  EXPECT_EQ(store_->add_texts(texts), (std::vector<StorePath>{path, derivation_path(b)}));
}

TEST_F(IntakeTest, AnArchiveOfABadOneIsRefusedAndOneThatLiesElsewhereToo) {
  auto import = [&](const StorePath& path, const std::string& text) {
    std::string file = directory_.path() + "/x";
    write_file_atomically(file, text);
    StringSink nar;
    dump_nar(file, nar);
    PathInfo info(path);
    info.nar_size = nar.text.size();
    info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar.text);
    StringSource source(nar.text);
    store_->add_nar(info, source);
  };
  Derivation bad = make("a");
  bad.outputs.at("out").path = other_;
  EXPECT_THROW(import(derivation_path(bad), write_derivation(bad)), Error);
  Derivation good = make("a");
  StorePath elsewhere("/gnu/store/z38bxdz7zrriycz071zab58ljm02f366-a.drv");
  EXPECT_THROW(import(elsewhere, write_derivation(good)), Error);
  import(derivation_path(good), write_derivation(good));
  EXPECT_TRUE(store_->is_valid(derivation_path(good)));
}

/// As in a store that another program wrote.
TEST_F(IntakeTest, ABadOneThatIsInTheStoreAlreadyIsFound) {
  Derivation bad = make("a");
  bad.outputs.at("out").path = other_;
  bad.environment["out"] = other_.text();
  StorePath path = store_->add_texts({{"a.drv", write_derivation(bad), {}, {{"out", other_}}}})[0];
  EXPECT_THROW(cache_.check(path), Error);
  EXPECT_THROW(store_->check_derivation(path), Error);
}

}  // namespace
}  // namespace nacre
