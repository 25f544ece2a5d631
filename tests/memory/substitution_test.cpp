// SPDX-License-Identifier: GPL-3.0-or-later
// What is fetched and what is built, over stores in memory and a server that only pretends.
#include "build_world.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// A second store, in which everything was built, and a server that has it.
class Substitution : public BuildWorld {
 protected:
  Substitution() : server_(*remote_) {
    std::vector<StorePath> derivations;
    for (DerivationCache* cache : {&cache_, &remote_cache_}) {
      const StorePath a = add(*cache, "a", {});
      const StorePath b = add(*cache, "b", {a});
      derivations = {a, b, add(*cache, "c", {b})};
    }
    a_ = derivations[0], b_ = derivations[1], c_ = derivations[2];
    FakeBuilder there(*remote_, remote_cache_);
    SubstituteSearch none([](const StorePathSet&) { return SubstituteMap(); });
    run_builds(remote_cache_, {{*c_, {}}}, {}, none, there, reporter_);
  }

  StorePath out(const std::optional<StorePath>& derivation) { return output(*derivation); }

  std::shared_ptr<MemoryStore> remote_ = std::make_shared<MemoryStore>();
  DerivationCache remote_cache_{remote_};
  FakeServer server_;
  std::optional<StorePath> a_, b_, c_;
};

TEST_F(Substitution, what_is_offered_is_fetched_with_all_that_it_refers_to) {
  build({*c_}, server_.offers());
  EXPECT_THAT(builder_.built, IsEmpty());
  EXPECT_THAT(server_.given, ElementsAre(out(a_), out(b_), out(c_)));
  EXPECT_EQ(store_->references(out(c_)), StorePathSet{out(b_)});
}

TEST_F(Substitution, a_path_is_fetched_of_which_no_derivation_is_known) {
  build({out(b_)}, server_.offers());
  EXPECT_TRUE(store_->is_valid(out(b_)));
  EXPECT_THAT(builder_.built, IsEmpty());
}

TEST_F(Substitution, only_what_is_missing_is_asked_for_and_once) {
  build({*a_});
  build({*c_}, server_.offers());
  EXPECT_EQ(server_.asked.count(out(a_)), 0U);
  EXPECT_THAT(server_.given, ElementsAre(out(b_), out(c_)));
}

TEST_F(Substitution, what_is_not_offered_is_built_on_what_is) {
  server_.withheld = {out(c_)};
  build({*c_}, server_.offers());
  EXPECT_THAT(builder_.built, ElementsAre("c"));
  EXPECT_THAT(server_.given, ElementsAre(out(a_), out(b_)));
}

TEST_F(Substitution, what_refers_to_something_that_nobody_offers_is_built_with_it) {
  server_.withheld = {out(a_)};
  build({*c_}, server_.offers());
  EXPECT_TRUE(store_->is_valid(out(c_)));
  EXPECT_THAT(builder_.built, testing::Contains("a"));
}

TEST_F(Substitution, an_offer_that_is_not_kept_is_an_error_with_a_way_out) {
  server_.broken = {out(c_)};
  const std::string failure = failure_of({*c_}, server_.offers());
  EXPECT_THAT(failure, HasSubstr("the line is dead"));
  EXPECT_THAT(failure, HasSubstr("--fallback"));
  EXPECT_FALSE(store_->is_valid(out(c_)));
}

TEST_F(Substitution, fallback_builds_inputs_whose_offer_is_not_kept) {
  server_.withheld = {out(c_)};
  server_.broken = {out(b_)};
  options_.fallback = true;
  build({*c_}, server_.offers());
  EXPECT_THAT(builder_.built, ElementsAre("b", "c"));
  EXPECT_THAT(server_.given, ElementsAre(out(a_)));
  ASSERT_EQ(reporter_.warnings.size(), 1U);
  EXPECT_THAT(reporter_.warnings[0], HasSubstr("the line is dead"));
}

TEST_F(Substitution, what_is_fetched_outlives_a_collector_in_between) {
  server_.withheld = {out(c_)};
  builder_.during = [&](const std::string&) { EXPECT_THAT(store_->collect({}), IsEmpty()); };
  build({*c_}, server_.offers());
  EXPECT_TRUE(store_->is_valid(out(c_)));
}

TEST_F(Substitution, an_archive_of_another_hash_does_not_enter) {
  StringSink nar;
  remote_->dump(out(a_), nar);
  PathInfo promised = remote_->path_info(out(a_));
  nar.text[nar.text.find("a-out")] = 'x';
  StringSource source(nar.text);
  EXPECT_THROW(store_->add_nar(promised, source), Error);
  EXPECT_FALSE(store_->is_valid(out(a_)));
}

}  // namespace
}  // namespace nacre
