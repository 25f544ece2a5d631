// SPDX-License-Identifier: GPL-3.0-or-later
#include "derivation/derivation.hpp"
#include "store/local_store.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

StorePath path_of(const std::string& name) {
  return make_store_path("source", hash_bytes(HashAlgorithm::sha256, name), name);
}

Derivation small() {
  Derivation derivation;
  derivation.name = "small";
  derivation.outputs["out"].path = path_of("small");
  derivation.system = "x86_64-linux";
  derivation.builder = "/bin/sh";
  return derivation;
}

const std::string small_text = write_derivation(small());

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_malformed(const std::string& text) {
  EXPECT_THROW(parse_derivation(text, "x"), Error) << text;
}

TEST(DerivationText, OfTheSmallestDerivation) {
  EXPECT_EQ(small_text, "Derive([(\"out\",\"" + path_of("small").text() +
                            "\",\"\",\"\")],[],[],\"x86_64-linux\",\"/bin/sh\",[],[])");
}

TEST(DerivationText, EscapesWhatHasToBeEscaped) {
  Derivation derivation = small();
  derivation.arguments = {"a\nb\rc\td\"e\\f\1\xff"};
  std::string text = write_derivation(derivation);
  EXPECT_NE(text.find("\"a\\nb\\rc\\td\\\"e\\\\f\1\xff\""), text.npos);
  EXPECT_EQ(parse_derivation(text, "x").arguments, derivation.arguments);
}

TEST(DerivationText, AnErrorTellsThePosition) {
  try {
    parse_derivation("Derive([(\"out\"x", "name");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("at byte 14"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("'name'"), std::string::npos);
  }
}

TEST(DerivationText, EveryBeginningOfATextIsMalformed) {
  for (std::size_t size = 0; size < small_text.size(); ++size)
    expect_malformed(small_text.substr(0, size));
}

TEST(DerivationText, WhatFollowsTheEndIsMalformed) {
  expect_malformed(small_text + " ");
  expect_malformed(small_text + small_text);
}

TEST(DerivationText, SpaceBetweenPartsIsMalformed) {
  expect_malformed(replaced(small_text, ",[]", ", []"));
}

TEST(DerivationText, CharactersThatShouldBeEscapedAreMalformed) {
  expect_malformed(replaced(small_text, "/bin/sh", "/bin\n/sh"));
  expect_malformed(replaced(small_text, "/bin/sh", "/bin\t/sh"));
}

TEST(DerivationText, EscapesThatNobodyNeedsAreMalformed) {
  expect_malformed(replaced(small_text, "/bin/sh", "\\/bin/sh"));
  expect_malformed(replaced(small_text, "/bin/sh", "\\x41"));
}

TEST(DerivationText, EntriesOutOfOrderOrTwiceAreMalformed) {
  for (const char* entries : {"(\"b\",\"\"),(\"a\",\"\")", "(\"a\",\"\"),(\"a\",\"\")"})
    expect_malformed(replaced(small_text, "[],[])", "[],[" + std::string(entries) + "])"));
  std::string a = "\"" + path_of("a").text() + "\"";
  expect_malformed(replaced(small_text, "[],[],", "[],[" + a + "," + a + "],"));
}

TEST(DerivationText, PathsOutsideTheStoreAreMalformed) {
  expect_malformed(replaced(small_text, "[],[],", "[],[\"/etc/passwd\"],"));
  expect_malformed(replaced(small_text, path_of("small").text(), "/gnu/store/../../etc"));
}

TEST(DerivationText, BadHashesAreMalformed) {
  std::string digest = hash_bytes(HashAlgorithm::sha256, "x").base16();
  auto with_hash = [](const std::string& algorithm, const std::string& hash) {
    return replaced(small_text, "\"\",\"\"", "\"" + algorithm + "\",\"" + hash + "\"");
  };
  EXPECT_NO_THROW(parse_derivation(with_hash("sha256", digest), "x"));
  EXPECT_NO_THROW(parse_derivation(with_hash("r:sha256", digest), "x"));
  expect_malformed(with_hash("sha257", digest));
  expect_malformed(with_hash("", digest));
  expect_malformed(with_hash("r:", ""));
  expect_malformed(with_hash("sha256", ""));
  expect_malformed(with_hash("sha256", digest.substr(2)));
  expect_malformed(with_hash("sha512", digest));
  expect_malformed(with_hash("sha256", "A" + digest.substr(1)));
  expect_malformed(with_hash("sha256", parse_hash(HashAlgorithm::sha256, digest).nix_base32()));
}

std::string random_string(std::mt19937& random) {
  std::string text;
  for (std::size_t left = random() % 20; left > 0; --left)
    text += random() % 3 ? static_cast<char>('a' + random() % 26) : static_cast<char>(random());
  return text;
}

Derivation random_derivation(std::mt19937& random) {
  Derivation derivation;
  derivation.name = "random";
  for (const char* output : {"out", "doc", "lib"})
    if (random() % 2) derivation.outputs[output].path = path_of(output + std::to_string(random()));
  if (random() % 4 == 0) {
    DerivationOutput fixed{path_of("fixed"), hash_bytes(HashAlgorithm::sha512, "x"), true};
    derivation.outputs = {{"out", fixed}};
  }
  for (std::size_t left = random() % 5; left > 0; --left)
    derivation.inputs[path_of(std::to_string(random()) + ".drv")] = {"out", random_string(random)};
  for (std::size_t left = random() % 5; left > 0; --left)
    derivation.sources.insert(path_of(std::to_string(random())));
  derivation.system = random_string(random);
  derivation.builder = random_string(random);
  for (std::size_t left = random() % 5; left > 0; --left)
    derivation.arguments.push_back(random_string(random));
  for (std::size_t left = random() % 5; left > 0; --left)
    derivation.environment[random_string(random)] = random_string(random);
  return derivation;
}

TEST(DerivationText, WhatIsWrittenReadsBackTheSame) {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    Derivation derivation = random_derivation(random);
    std::string text = write_derivation(derivation);
    Derivation read = parse_derivation(text, "random");
    ASSERT_EQ(read.inputs, derivation.inputs);
    ASSERT_EQ(read.sources, derivation.sources);
    ASSERT_EQ(read.system, derivation.system);
    ASSERT_EQ(read.builder, derivation.builder);
    ASSERT_EQ(read.arguments, derivation.arguments);
    ASSERT_EQ(read.environment, derivation.environment);
    ASSERT_EQ(write_derivation(read), text);
  }
}

TEST(DerivationText, ADamagedTextIsRefusedOrIsTheTextOfSomethingElse) {
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    std::string text = write_derivation(random_derivation(random));
    text[random() % text.size()] = static_cast<char>(random());
    try {
      ASSERT_EQ(write_derivation(parse_derivation(text, "x")), text);
    } catch (const Error&) {
    }
  }
}

class OutputPathsTest : public testing::Test {
 protected:
  OutputPathsTest()
      : directory_("nacre-derivation-test"),
        store_(LocalStore::open(StoreLayout::under(directory_.path() + "/root"))),
        cache_(store_) {}

  Derivation make(const std::string& name, const std::vector<StorePath>& inputs = {}) {
    Derivation derivation = small();
    derivation.name = name;
    derivation.outputs["out"].path.reset();
    for (const StorePath& input : inputs) derivation.inputs[input] = {"out"};
    compute_output_paths(derivation, cache_);
    return derivation;
  }
  Derivation make_fixed(const std::string& url) {
    Derivation derivation = small();
    derivation.name = "fixed";
    derivation.outputs["out"] = {{}, hash_bytes(HashAlgorithm::sha256, "contents"), false};
    derivation.environment["url"] = url;
    compute_output_paths(derivation, cache_);
    return derivation;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<LocalStore> store_;
  DerivationCache cache_;
};

TEST_F(OutputPathsTest, AreAlsoInTheVariablesNamedAfterThem) {
  Derivation derivation = small();
  derivation.outputs = {{"out", {}}, {"doc", {}}};
  compute_output_paths(derivation, cache_);
  EXPECT_EQ(derivation.variable("out"), derivation.output_path().text());
  EXPECT_EQ(derivation.variable("doc"), derivation.output_path("doc").text());
  EXPECT_EQ(derivation.output_path("doc").name(), "small-doc");
  EXPECT_EQ(derivation.variable("lib"), std::nullopt);
}

TEST_F(OutputPathsTest, DependOnTheInputs) {
  StorePath a = add_derivation(make("a"), cache_);
  EXPECT_NE(make("x", {a}).output_path(), make("x").output_path());
}

TEST_F(OutputPathsTest, DoNotDependOnHowAFixedOutputIsFetched) {
  StorePath one = add_derivation(make_fixed("https://one.example/x"), cache_);
  StorePath two = add_derivation(make_fixed("https://two.example/x"), cache_);
  ASSERT_NE(one, two);
  Derivation with_one = make("x", {one}), with_two = make("x", {two});
  EXPECT_EQ(with_one.output_path(), with_two.output_path());
  EXPECT_NE(derivation_path(with_one), derivation_path(with_two));
  EXPECT_EQ(make("x", {one, two}).output_path(), with_one.output_path());
}

TEST_F(OutputPathsTest, OfAFixedOutputDependOnItsHashAndNameAlone) {
  Derivation fixed = make_fixed("https://one.example/x");
  EXPECT_TRUE(fixed.is_fixed_output());
  EXPECT_EQ(fixed.output_path(),
            make_fixed_output_path(false, hash_bytes(HashAlgorithm::sha256, "contents"), "fixed"));
  EXPECT_EQ(fixed.variable("out"), fixed.output_path().text());
}

TEST_F(OutputPathsTest, AreTheSameWhenTheInputsAreReadBack) {
  StorePath a = add_derivation(make("a"), cache_);
  StorePath b = add_derivation(make("b", {a}), cache_);
  Derivation c = make("c", {b});
  Derivation again = c;
  again.outputs["out"].path.reset();
  DerivationCache fresh(store_);
  compute_output_paths(again, fresh);
  EXPECT_EQ(write_derivation(again), write_derivation(c));
  EXPECT_EQ(fresh.hash_modulo(b), cache_.hash_modulo(b));
}

TEST_F(OutputPathsTest, MistakesAreErrors) {
  Derivation none = small();
  none.outputs.clear();
  EXPECT_THROW(compute_output_paths(none, cache_), Error);
  Derivation two = small();
  two.outputs["out"].hash = two.outputs["doc"].hash = hash_bytes(HashAlgorithm::sha256, "x");
  EXPECT_THROW(compute_output_paths(two, cache_), Error);
  Derivation odd = small();
  odd.name = "a b";
  EXPECT_THROW(compute_output_paths(odd, cache_), Error);
  Derivation unknown = small();
  unknown.inputs[path_of("ghost.drv")] = {"out"};
  EXPECT_THROW(compute_output_paths(unknown, cache_), Error);
  EXPECT_THROW(cache_.read(path_of("not-a-derivation")), Error);
}

TEST_F(OutputPathsTest, AnAddedDerivationRefersToItsInputsAndSourcesAndIsTheDeriver) {
  StorePath source = store_->add_text("source", "x");
  StorePath a = add_derivation(make("a"), cache_);
  Derivation b = make("b", {a});
  b.sources = {source};
  StorePath path = add_derivation(b, cache_);
  EXPECT_EQ(path, derivation_path(b));
  EXPECT_EQ(path.name(), "b.drv");
  EXPECT_EQ(store_->references(path), (StorePathSet{source, a}));
  EXPECT_EQ(store_->derivers(b.output_path()), StorePathSet{path});
  EXPECT_EQ(read_file(store_->physical(path)), write_derivation(b));
}

TEST_F(OutputPathsTest, ManyDerivationsAreAddedTogether) {
  Derivation a = make("a");
  StorePath a_path = derivation_path(a);
  cache_.insert(a_path, std::make_shared<const Derivation>(a));
  Derivation b = make("b", {a_path});
  std::vector<StorePath> added = add_derivations({a, b}, cache_);
  EXPECT_EQ(added, (std::vector<StorePath>{a_path, derivation_path(b)}));
  EXPECT_EQ(store_->references(added[1]), StorePathSet{a_path});
}

TEST_F(OutputPathsTest, AChainOfTenThousandIsNotTooDeep) {
  std::vector<StorePath> chain;
  for (int i = 0; i < 10'000; ++i) {
    auto link = std::make_shared<Derivation>(small());
    link->name = "link";
    link->environment["number"] = std::to_string(i);
    if (!chain.empty()) link->inputs[chain.back()] = {"out"};
    chain.push_back(derivation_path(*link));
    cache_.insert(chain.back(), link);
  }
  EXPECT_EQ(cache_.hash_modulo(chain.back()).bytes.size(), 32u);
}

}  // namespace
}  // namespace nacre
