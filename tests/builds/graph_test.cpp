// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/graph.hpp"

#include <gmock/gmock.h>

#include "base/files.hpp"
#include "builds/build_fixture.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Graph : public BuildTest {
 protected:
  std::vector<StorePath> plan(const std::vector<BuildRequest>& requests, bool check = false) {
    BuildOptions options;
    options.check = check;
    BuildPlan plan = plan_build(*store_, cache_, requests, options, reporter_);
    unknown_ = plan.unknown;
    return plan.to_build;
  }

  StorePath add_with(const std::string& name, const std::vector<StorePath>& inputs,
                     const std::string& used_output = "out") {
    Derivation result = derivation(name, {});
    for (const auto& input : inputs) result.inputs[input] = {used_output};
    result.outputs["doc"];
    return add(result);
  }

  /// Makes an output valid without a build.
  void provide(const StorePath& derivation, const std::string& name = "out") {
    PathInfo info(output(derivation, name));
    write_file_atomically(store_->physical(info.path), "made by hand");
    NarHash nar = hash_nar(store_->physical(info.path));
    info.nar_hash = nar.hash;
    info.nar_size = nar.size;
    store_->register_paths({info});
  }

  std::vector<StorePath> unknown_;
};

TEST_F(Graph, inputs_come_before_what_needs_them) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  StorePath c = add_with("c", {a, b});
  EXPECT_THAT(plan({{c, {}}}), ElementsAre(a, b, c));
}

TEST_F(Graph, what_is_valid_is_left_out_with_all_that_only_it_needs) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  StorePath c = add_with("c", {b});
  provide(b);
  EXPECT_THAT(plan({{c, {}}}), ElementsAre(c));
}

TEST_F(Graph, an_output_that_is_not_needed_may_be_missing) {
  StorePath a = add_with("a", {});
  provide(a, "out");
  EXPECT_THAT(plan({{a, {"out"}}}), IsEmpty());
  EXPECT_THAT(plan({{a, {}}}), ElementsAre(a));
}

TEST_F(Graph, a_later_need_of_another_output_brings_a_derivation_back) {
  StorePath a = add_with("a", {});
  provide(a, "out");
  StorePath needs_out = add_with("b", {a}, "out");
  StorePath needs_doc = add_with("c", {a}, "doc");
  EXPECT_THAT(plan({{needs_out, {}}, {needs_doc, {}}}), ElementsAre(a, needs_out, needs_doc));
}

TEST_F(Graph, checking_builds_what_is_asked_for_and_not_its_inputs) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  for (const char* name : {"out", "doc"}) {
    provide(a, name);
    provide(b, name);
  }
  EXPECT_THAT(plan({{b, {}}}), IsEmpty());
  EXPECT_THAT(plan({{b, {}}}, true), ElementsAre(b));
}

TEST_F(Graph, a_path_that_nothing_makes_is_unknown) {
  StorePath nowhere = make_text_path("nowhere", hash_bytes(HashAlgorithm::sha256, "x"), {});
  StorePath no_derivation("/gnu/store/00000000000000000000000000000000-x.drv");
  EXPECT_THAT(plan({{nowhere, {}}, {no_derivation, {}}, {helper_, {}}}), IsEmpty());
  EXPECT_THAT(unknown_, testing::UnorderedElementsAre(nowhere, no_derivation));
  EXPECT_THROW(build(nowhere), Error);
}

TEST_F(Graph, an_output_that_a_derivation_does_not_have_is_an_error) {
  EXPECT_THROW(plan({{add_with("a", {}), {"nonesuch"}}}), Error);
}

TEST_F(Graph, a_circle_of_derivations_is_an_error) {
  // Honest paths cannot make one; a cache that was told nonsense can.
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  auto liar = std::make_shared<Derivation>(*cache_.read(a));
  liar->inputs[b] = {"out"};
  DerivationCache cache(store_);
  cache.insert(a, liar);
  EXPECT_THROW(plan_build(*store_, cache, {{b, {}}}, {}, reporter_), Error);
}

TEST_F(Graph, a_chain_of_thousands_is_planned_without_recursion) {
  std::vector<Derivation> chain;
  std::vector<StorePath> paths;
  for (int i = 0; i < 3000; ++i) {
    Derivation link = derivation("link" + std::to_string(i), {});
    if (i > 0) link.inputs[paths.back()] = {"out"};
    compute_output_paths(link, cache_);
    paths.push_back(derivation_path(link));
    cache_.insert(paths.back(), std::make_shared<Derivation>(link));
    chain.push_back(std::move(link));
  }
  add_derivations(chain, cache_);
  EXPECT_EQ(plan({{paths.back(), {}}}), paths);
}

}  // namespace
}  // namespace nacre
