// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <set>

#include "archive/nar.hpp"
#include "builds/build_fixture.hpp"
#include "builds/graph.hpp"
#include "builds/substituter.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What a pretended server has; an item's file holds "fetched".
struct PretendedServer {
  std::map<StorePath, StorePathSet> items;  ///< and what they refer to
  StorePathSet broken;                      ///< offered, but cannot be fetched
  std::vector<StorePathSet> questions;
  std::mutex mutex;
  std::vector<StorePath> fetched;
};

PretendedServer* server = nullptr;

class PretendedSubstitute : public Substitute {
 public:
  explicit PretendedSubstitute(SubstituteInfo info) : info_(std::move(info)) {}
  const SubstituteInfo& info() const override { return info_; }
  void fetch(Store& store, Reporter&, Existing existing) const override {
    if (server->broken.contains(info_.path)) throw Error("the line was cut");
    TemporaryDirectory directory("nacre-substitution-test");
    write_file_atomically(directory.path() + "/file", "fetched");
    StringSink nar;
    dump_nar(directory.path() + "/file", nar);
    PathInfo info(info_.path);
    info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar.text);
    info.nar_size = nar.text.size();
    info.references = info_.references;
    StringSource source(nar.text);
    store.add_nar(info, source, existing);
    std::lock_guard lock(server->mutex);
    server->fetched.push_back(info_.path);
  }

 private:
  SubstituteInfo info_;
};

SubstituteMap ask_pretended_server(const Store&, const StorePathSet& paths,
                                   const std::vector<std::string>&, Reporter&) {
  SubstituteMap found;
  server->questions.push_back(paths);
  for (const auto& path : paths) {
    auto item = server->items.find(path);
    if (item == server->items.end()) continue;
    SubstituteInfo info(path);
    info.references = item->second;
    found.emplace(path, std::make_shared<PretendedSubstitute>(std::move(info)));
  }
  return found;
}

class Substitution : public BuildTest {
 protected:
  Substitution() {
    server = &server_;
    register_substituter(ask_pretended_server);
    options_.substitute_urls = {"http://server.example.org"};
  }
  ~Substitution() override {
    register_substituter({});
    server = nullptr;
  }

  StorePath add_with(const std::string& name, const std::vector<StorePath>& inputs,
                     const Variables& variables = {}, const std::string& used_output = "out") {
    Derivation result = derivation(name, {"write", "$out", "built"}, variables);
    for (const auto& input : inputs) result.inputs[input] = {used_output};
    return add(result);
  }
  /// One whose builder fails.
  StorePath add_failing(const std::string& name) { return add(name, {"fail"}); }

  void offer(const StorePath& derivation, const StorePathSet& references = {},
             const std::string& name = "out") {
    server_.items.emplace(output(derivation, name), references);
  }

  /// What would be done: base names, those to fetch with a "+".
  std::vector<std::string> plan(const std::vector<BuildRequest>& requests) {
    SubstituteSearch substitutes(*store_, options_, reporter_);
    BuildGraph graph = make_build_graph(cache_, requests, options_.check, substitutes);
    unknown_ = graph.unknown;
    std::vector<std::string> names;
    for (const auto& node : graph.nodes)
      names.push_back((node.substitute ? "+" : "") + std::string(node.path.name()));
    return names;
  }
  std::vector<std::string> plan(const StorePath& derivation) { return plan({{derivation, {}}}); }

  std::string failure(const StorePath& path) {
    try {
      build(path, options_);
    } catch (const Error& error) {
      return std::string(error.what()) + "\n" + error.hint().value_or("");
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  PretendedServer server_;
  BuildOptions options_;
  StorePathSet unknown_;
};

TEST_F(Substitution, that_fails_is_an_error_that_names_the_way_out) {
  StorePath a = add_with("a", {});
  offer(a);
  server_.broken = {output(a)};
  EXPECT_THAT(failure(a), testing::AllOf(HasSubstr("the line was cut"), HasSubstr("--fallback")));
  EXPECT_FALSE(is_built(a));
}

TEST_F(Substitution, that_fails_falls_back_to_a_build_if_the_user_said_so) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  StorePath c = add_with("c", {b});
  offer(a);
  offer(b, {output(a)});
  server_.broken = {output(b)};
  options_.fallback = true;
  EXPECT_THAT(plan(c), ElementsAre("+a", "+b", "c.drv"));
  build(c, options_);
  EXPECT_EQ(contents(a), "fetched");
  EXPECT_EQ(contents(b), "built");
  EXPECT_EQ(contents(c), "built");
  EXPECT_THAT(reporter_.messages, HasSubstr("after all"));
}

TEST_F(Substitution, that_fails_while_a_build_does_is_no_way_around_its_error) {
  StorePath a = add_with("a", {});
  StorePath bad = add_failing("bad");
  offer(a);
  server_.broken = {output(a)};
  options_.fallback = true;
  options_.keep_going = true;
  Derivation both = derivation("both", {"write", "$out", "built"});
  both.inputs[a] = {"out"};
  both.inputs[bad] = {"out"};
  EXPECT_THAT(failure(add(both)), HasSubstr("bad.drv"));
}

TEST_F(Substitution, of_a_path_that_only_a_server_has_cannot_fall_back) {
  StorePath path = make_text_path("x", hash_bytes(HashAlgorithm::sha256, "x"), {});
  server_.items.emplace(path, StorePathSet{});
  server_.broken = {path};
  options_.fallback = true;
  EXPECT_THAT(failure(path), HasSubstr("the line was cut"));
}

TEST_F(Substitution, that_refers_to_what_nobody_has_is_left_for_a_build) {
  StorePath nowhere = make_text_path("x", hash_bytes(HashAlgorithm::sha256, "x"), {});
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  offer(a, {nowhere});
  offer(b, {output(a)});
  EXPECT_THAT(plan(b), ElementsAre("a.drv", "+b"));
  EXPECT_THAT(unknown_, IsEmpty());
  build(b, options_);
  EXPECT_EQ(contents(a), "built");
  EXPECT_EQ(contents(b), "fetched");
}

TEST_F(Substitution, of_a_path_that_refers_to_what_nobody_has_is_not_possible) {
  StorePath nowhere = make_text_path("x", hash_bytes(HashAlgorithm::sha256, "x"), {});
  StorePath middle = make_text_path("y", hash_bytes(HashAlgorithm::sha256, "y"), {});
  StorePath path = make_text_path("z", hash_bytes(HashAlgorithm::sha256, "z"), {});
  server_.items = {{path, {middle}}, {middle, {nowhere}}};
  EXPECT_THAT(plan(path), IsEmpty());
  EXPECT_THAT(unknown_, ElementsAre(path));
}

TEST_F(Substitution, in_a_circle_is_an_error) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  offer(a, {output(b)});
  offer(b, {output(a)});
  EXPECT_THAT(failure(b), HasSubstr("depends on itself"));
}

TEST_F(Substitution, is_not_for_derivations_that_forbid_it) {
  StorePath a = add_with("a", {}, {{"allowSubstitutes", "0"}});
  offer(a);
  EXPECT_THAT(plan(a), ElementsAre("a.drv"));
}

TEST_F(Substitution, is_not_asked_for_when_the_user_wants_none) {
  StorePath a = add_with("a", {});
  offer(a);
  options_.substitutes = false;
  EXPECT_THAT(plan(a), ElementsAre("a.drv"));
  options_.substitutes = true;
  options_.substitute_urls = {};
  EXPECT_THAT(plan(a), ElementsAre("a.drv"));
  EXPECT_THAT(server_.questions, IsEmpty());
}

TEST_F(Substitution, spares_what_only_the_build_would_need) {
  StorePath a = add_failing("a");
  StorePath b = add_with("b", {a});
  offer(b);
  build(b, options_);
  EXPECT_EQ(contents(b), "fetched");
  EXPECT_FALSE(is_built(a));
}

TEST_F(Substitution, fetches_references_first) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {a});
  StorePath c = add_with("c", {b});
  offer(c, {output(a), output(b), output(c)});
  offer(b, {output(a)});
  offer(a);
  build(c, options_);
  EXPECT_THAT(server_.fetched, ElementsAre(output(a), output(b), output(c)));
}

TEST_F(Substitution, builds_a_reference_that_nobody_offers) {
  StorePath deep = add_with("deep", {});
  StorePath middle = add_with("middle", {deep});
  StorePath top = add_with("top", {middle});
  offer(top, {output(deep)});
  EXPECT_THAT(plan(top), ElementsAre("deep.drv", "+top"));
  build(top, options_);
  EXPECT_EQ(contents(deep), "built");
  EXPECT_FALSE(is_built(middle));
}

TEST_F(Substitution, fetches_the_outputs_that_are_needed_and_no_others) {
  Derivation two = derivation("two", {"fail"});
  two.outputs["doc"];
  StorePath path = add(two);
  offer(path, {}, "out");
  EXPECT_THAT(plan({{path, {"out"}}}), ElementsAre("+two"));
  EXPECT_THAT(plan({{path, {}}}), ElementsAre("two.drv"));
  offer(path, {}, "doc");
  EXPECT_THAT(plan({{path, {}}}), ElementsAre("+two-doc", "+two"));
}

TEST_F(Substitution, builds_a_derivation_once_if_one_of_its_outputs_is_not_offered) {
  Derivation two = derivation("two", {"write", "$out", "built"});
  two.outputs["doc"];
  StorePath path = add(two);
  offer(path, {}, "out");
  StorePath needs_out = add_with("needs-out", {path});
  StorePath needs_doc = add_with("needs-doc", {path, needs_out}, {}, "out");
  Derivation late = derivation("late", {"write", "$out", "built"});
  late.inputs[needs_doc] = {"out"};
  late.inputs[path] = {"doc"};
  EXPECT_THAT(plan(add(late)),
              ElementsAre("two.drv", "needs-out.drv", "needs-doc.drv", "late.drv"));
}

TEST_F(Substitution, is_asked_for_a_level_at_a_time_and_once) {
  std::vector<StorePath> inputs;
  for (int i = 0; i < 20; ++i) inputs.push_back(add_with("input" + std::to_string(i), {}));
  StorePath one = add_with("one", inputs);
  StorePath two = add_with("two", inputs);
  plan({{one, {}}, {two, {}}});
  ASSERT_EQ(server_.questions.size(), 2u);
  EXPECT_EQ(server_.questions[0].size(), 2u);
  EXPECT_EQ(server_.questions[1].size(), 20u);
}

TEST_F(Substitution, brings_a_path_that_was_asked_for_by_its_name) {
  StorePath path = make_text_path("x", hash_bytes(HashAlgorithm::sha256, "x"), {});
  server_.items.emplace(path, StorePathSet{});
  build(path, options_);
  EXPECT_TRUE(store_->is_valid(path));
}

TEST_F(Substitution, is_no_way_around_a_check) {
  StorePath a = add_with("a", {});
  build(a);
  offer(a);
  options_.check = true;
  EXPECT_THAT(plan(a), ElementsAre("a.drv"));
}

TEST_F(Substitution, is_told_of_in_the_daemons_words) {
  StorePath a = add_with("a", {});
  StorePath b = add_with("b", {});
  offer(a);
  offer(b);
  server_.broken = {output(b)};
  build(a, options_);
  EXPECT_EQ(reporter_.words, fmt::format("@ substituter-started {0} substitute\n"
                                         "@ substituter-succeeded {0}\n",
                                         output(a).text()));
  failure(b);
  EXPECT_THAT(reporter_.words, HasSubstr("@ substituter-failed " + output(b).text()));
}

TEST_F(Substitution, a_path_that_nobody_has_is_passed_over_if_it_is_optional) {
  StorePath nowhere = make_text_path("x", hash_bytes(HashAlgorithm::sha256, "x"), {});
  nacre::build(*store_, cache_, {{nowhere, {}, true}}, options_, reporter_);
  EXPECT_THROW(nacre::build(*store_, cache_, {{nowhere, {}}}, options_, reporter_), Error);
}

}  // namespace
}  // namespace nacre
