// SPDX-License-Identifier: GPL-3.0-or-later
// What builds do, over a store in memory and a builder that only pretends.
#include <algorithm>
#include <atomic>
#include <thread>

#include "base/interrupt.hpp"
#include "build_world.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Builds : public BuildWorld {
 protected:
  std::ptrdiff_t place(const std::string& name) {
    return std::find(builder_.built.begin(), builder_.built.end(), name) - builder_.built.begin();
  }
};

TEST_F(Builds, inputs_come_first) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  const StorePath c = add("c", {a});
  build({add("d", {b, c})});
  EXPECT_EQ(builder_.built.size(), 4U);
  EXPECT_EQ(place("a"), 0);
  EXPECT_EQ(place("d"), 3);
  EXPECT_TRUE(store_->is_valid(output(c)));
  EXPECT_EQ(store_->references(output(c)), StorePathSet{output(a)});
}

TEST_F(Builds, a_thousand_wait_for_each_other_in_the_right_order) {
  std::vector<StorePath> layer{add("base")};
  for (int i = 0; i < 10; ++i) {
    std::vector<StorePath> next;
    for (int j = 0; j < 20; ++j) next.push_back(add(fmt::format("n-{}-{}", i, j), layer));
    layer = next;
  }
  options_.max_jobs = 4;
  build({add("top", layer)});  // the builder fails when an input is not there
  EXPECT_EQ(builder_.built.size(), 202U);
}

TEST_F(Builds, what_is_there_is_not_built_again) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({a});
  build({b});
  build({b});
  EXPECT_THAT(builder_.built, ElementsAre("a", "b"));
}

TEST_F(Builds, what_only_a_present_output_needs_is_not_built) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({b});
  store_->release_temp_roots();
  store_->collect({output(b), b, a});
  const StorePath c = add("c", {b});
  builder_.built.clear();
  build({c});
  EXPECT_THAT(builder_.built, ElementsAre("c"));
}

TEST_F(Builds, no_more_than_the_limit_run_at_a_time) {
  std::vector<StorePath> all;
  for (int i = 0; i < 12; ++i) all.push_back(add(fmt::format("n{}", i)));
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  builder_.during = [&](const std::string&) {
    most = std::max(most.load(), ++running);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --running;
  };
  options_.max_jobs = 3;
  build(all);
  EXPECT_LE(most, 3);
  EXPECT_EQ(builder_.built.size(), 12U);
}

TEST_F(Builds, a_failure_ends_the_rest) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  builder_.failing = {"a"};
  options_.max_jobs = 1;
  EXPECT_THAT(failure_of({b, add("c", {b})}), HasSubstr("it fails"));
  EXPECT_THAT(builder_.built, ElementsAre("a"));
  EXPECT_FALSE(store_->is_valid(output(a)));
}

TEST_F(Builds, keep_going_builds_what_does_not_depend_on_a_failure) {
  const StorePath bad = add("bad");
  const StorePath above = add("above", {bad});
  const StorePath good = add("good", {add("fine")});
  builder_.failing = {"bad"};
  options_.keep_going = true;
  options_.max_jobs = 1;
  EXPECT_THAT(failure_of({above, good}), HasSubstr("bad.drv' failed"));
  EXPECT_THAT(builder_.built, UnorderedElementsAre("bad", "fine", "good"));
  EXPECT_TRUE(store_->is_valid(output(good)));
  EXPECT_FALSE(store_->is_valid(output(above)));
}

TEST_F(Builds, keep_going_tells_of_every_failure) {
  builder_.failing = {"one", "two"};
  options_.keep_going = true;
  const std::string first = failure_of({add("one"), add("two")});
  ASSERT_EQ(reporter_.warnings.size(), 1U);
  EXPECT_NE(first.find("one.drv") == std::string::npos,
            reporter_.warnings[0].find("one.drv") == std::string::npos);
}

TEST_F(Builds, a_second_go_builds_only_what_the_first_left) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  builder_.failing = {"b"};
  failure_of({b});
  builder_.failing.clear();
  builder_.built.clear();
  build({b});
  EXPECT_THAT(builder_.built, ElementsAre("b"));
}

TEST_F(Builds, an_interrupt_leaves_what_is_done_and_nothing_else) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  builder_.during = [](const std::string& name) {
    if (name == "b") throw Interrupted(SIGINT);
  };
  EXPECT_THROW(build({add("c", {b})}), Interrupted);
  EXPECT_TRUE(store_->is_valid(output(a)));
  EXPECT_FALSE(store_->is_valid(output(b)));
  builder_.during = {};
  builder_.built.clear();
  build({b});
  EXPECT_THAT(builder_.built, ElementsAre("b"));
}

TEST_F(Builds, a_derivation_that_is_not_there_is_an_error) {
  const StorePath path("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-nowhere.drv");
  EXPECT_THAT(failure_of({path}), HasSubstr("is not in the store"));
  EXPECT_THAT(builder_.built, IsEmpty());
}

TEST_F(Builds, requested_ones_are_built_again_to_be_checked) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({b});
  options_.check = true;
  build({b});
  EXPECT_THAT(builder_.built, ElementsAre("a", "b", "b"));
}

// --- with a collector

TEST_F(Builds, a_collector_in_the_middle_takes_nothing_that_is_needed) {
  const StorePath source = store_->add_text("source", "x");
  const StorePath a = add("a", {}, {source});
  const StorePath b = add("b", {a});
  const StorePath c = add("c", {a, b});
  const StorePath rest = store_->add_text("rest", "nobody needs it");
  store_->release_temp_roots();
  std::vector<StorePath> collected;
  builder_.during = [&](const std::string&) {
    for (const StorePath& path : store_->collect({})) collected.push_back(path);
  };
  build({c});
  EXPECT_THAT(collected, ElementsAre(rest));
  EXPECT_TRUE(store_->is_valid(output(c)));
}

TEST_F(Builds, an_input_that_is_collected_before_it_is_protected_is_built_again) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({a});
  store_->release_temp_roots();
  // Between the plan, which finds it there, and the roots that protect it.
  bool is_first = true;
  store_->before_roots = [&] {
    if (std::exchange(is_first, false)) store_->collect({a, b});
  };
  builder_.built.clear();
  build({b});
  EXPECT_THAT(builder_.built, ElementsAre("a", "b"));
}

TEST_F(Builds, the_collector_removes_what_nothing_keeps_and_dependents_first) {
  const StorePath a = add("a");
  const StorePath b = add("b", {a});
  build({b});
  store_->release_temp_roots();
  const std::vector<StorePath> removed = store_->collect({output(a)}, {false, false});
  const auto index = [&](const StorePath& path) {
    return std::find(removed.begin(), removed.end(), path) - removed.begin();
  };
  EXPECT_THAT(removed, UnorderedElementsAre(a, b, output(b)));
  EXPECT_LT(index(b), index(a));
}

TEST_F(Builds, derivers_and_outputs_live_as_the_rules_say) {
  const StorePath a = add("a");
  build({a});
  store_->release_temp_roots();
  EXPECT_THAT(store_->collect({output(a)}, {false, true}), IsEmpty());
  EXPECT_THAT(store_->collect({a}, {true, false}), IsEmpty());
  EXPECT_THAT(store_->collect({a}, {false, true}), ElementsAre(output(a)));
}

}  // namespace
}  // namespace nacre
