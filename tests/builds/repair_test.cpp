// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/repair.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "build_fixture.hpp"
#include "store/gc.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

class RepairTest : public BuildTest {
 protected:
  static void damage(const std::string& file) {
    std::string bytes = read_file(file);
    bytes.at(bytes.size() / 2) ^= 1;
    chmod(file.c_str(), 0644);
    std::ofstream(file, std::ios::binary) << bytes;
    chmod(file.c_str(), 0444);
  }
  std::string place(const StorePath& path) { return store_->physical(path); }
  Repair repair(const StorePath& path, const StorePathSet& damaged = {}) {
    return repair_item(*store_, cache_, path, damaged, {}, reporter_);
  }
  VerifyResult verify_and_repair() {
    VerifyOptions options;
    options.repair = options.check_contents = true;
    options.repairer = [this](const StorePath& path, const StorePathSet& damaged) {
      return repair(path, damaged);
    };
    return verify_store(*store_, options, reporter_);
  }
  bool is_sound() {
    VerifyOptions options;
    options.check_contents = true;
    return verify_store(*store_, options, reporter_).faults.empty();
  }
  /// One file that items share.
  std::string big_ = std::string(20'000, 'x');
};

TEST_F(RepairTest, a_damaged_output_is_built_again_although_it_is_valid) {
  StorePath path = add("a", {"mkdir", "$out", "write", "$out/f", big_});
  build(path);
  damage(place(output(path)) + "/f");
  EXPECT_FALSE(is_sound());
  EXPECT_TRUE(verify_and_repair().ok());
  EXPECT_EQ(read_file(place(output(path)) + "/f"), big_);
  EXPECT_TRUE(is_sound());
  EXPECT_EQ(leftovers(), "");
}

TEST_F(RepairTest, of_several_outputs_the_sound_ones_stay) {
  Derivation two = derivation("two", {"write", "$out", "a", "write", "$lib", "b"});
  two.outputs["lib"];
  StorePath path = add(two);
  build(path);
  ino_t sound = lstat_file(place(output(path, "lib"))).st_ino;
  damage(place(output(path)));
  EXPECT_EQ(repair(output(path)), Repair::done);
  EXPECT_EQ(contents(path), "a");
  EXPECT_EQ(lstat_file(place(output(path, "lib"))).st_ino, sound);
}

TEST_F(RepairTest, a_build_makes_again_what_has_lost_its_files) {
  StorePath a = add("a", {"write", "$out", "a"});
  Derivation user = derivation("b", {"copy", output(a).text(), "$out"});
  user.inputs[a] = {"out"};
  StorePath b = add(user);
  build(a);
  remove_tree(place(output(a)));
  build(a);
  EXPECT_EQ(contents(a), "a");
  remove_tree(place(output(a)));
  build(b);
  EXPECT_EQ(contents(b), "a");
  EXPECT_TRUE(is_sound());
}

TEST_F(RepairTest, what_is_made_from_something_damaged_waits_for_it) {
  StorePath a = add("a", {"write", "$out", "a"});
  Derivation user = derivation("b", {"copy", output(a).text(), "$out"});
  user.inputs[a] = {"out"};
  StorePath b = add(user);
  build(b);
  damage(place(output(a)));
  damage(place(output(b)));
  EXPECT_EQ(repair(output(b), {output(a), output(b)}), Repair::waits);
  EXPECT_TRUE(verify_and_repair().ok());
  EXPECT_EQ(contents(a) + contents(b), "aa");
}

TEST_F(RepairTest, what_nothing_makes_is_an_error_that_tells_what_to_do) {
  StorePath text = store_->add_text("text", "text");
  damage(place(text));
  VerifyResult result = verify_and_repair();
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(result.faults.at(0).failure, HasSubstr("no derivation"));
  EXPECT_THAT(result.faults.at(0).failure, HasSubstr(place(text)));
  // As the message says.
  remove_tree(place(text));
  store_->add_text("text", "text");
  EXPECT_TRUE(is_sound());
}

TEST_F(RepairTest, a_build_that_gives_other_bits_is_taken_and_said) {
  StorePath path = add("a", {"random", "$out"});
  build(path);
  damage(place(output(path)));
  EXPECT_EQ(repair(output(path)), Repair::done);
  EXPECT_THAT(reporter_.messages, HasSubstr("not reproducible"));
  EXPECT_TRUE(is_sound());
}

TEST_F(RepairTest, a_build_that_fails_leaves_what_is_there) {
  StorePath b = add("b", {"fail"});
  write_file_atomically(place(output(b)), "was here");
  PathInfo info(output(b));
  NarHash nar = hash_nar(place(output(b)));
  info.nar_hash = nar.hash;
  info.nar_size = nar.size;
  store_->register_paths({info});
  damage(place(output(b)));
  EXPECT_THROW(repair(output(b)), BuildError);
  EXPECT_TRUE(path_exists(place(output(b))));
}

/// In a store that somebody else wrote to.
TEST_F(RepairTest, a_derivation_that_claims_the_output_of_another_is_not_built) {
  Derivation forged = derivation("a", {"write", "$out", "I am not b"});
  compute_output_paths(forged, cache_);
  StorePath b = add("b", {"write", "$out", "b"});
  forged.outputs.at("out").path = output(b);
  forged.environment["out"] = output(b).text();
  StorePath path =
      store_->add_texts({{"a.drv", write_derivation(forged), {helper_}, {{"out", output(b)}}}})
          .front();
  DerivationCache cache(store_);
  BuildOptions options;
  try {
    nacre::build(*store_, cache, {{path, {}}}, options, reporter_);
    ADD_FAILURE() << "built";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(output(b).text()));
  }
  EXPECT_FALSE(is_built(b));
  Derivation user = derivation("c", {"copy", output(b).text(), "$out"});
  user.inputs[path] = {"out"};
  EXPECT_THROW(nacre::build(*store_, cache, {{add(user), {}}}, options, reporter_), Error);
  EXPECT_FALSE(is_built(b));
}

}  // namespace
}  // namespace nacre
