// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/relocation.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/build_fixture.hpp"

namespace nacre {
namespace {

class Relocation : public testing::Test {
 protected:
  Relocation() : directory_("nacre-relocation-test"), location_{directory_.path() + "/root"} {}

  /// Does `work` in a child that has entered the store; its exceptions are failures.
  void inside(const std::function<void()>& work) {
    pid_t child = fork();
    if (child == 0) {
      try {
        enter_store(location_);
        work();
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
        _exit(2);
      }
      _exit(HasFailure() ? 1 : 0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }

  TemporaryDirectory directory_;
  StoreLocation location_;
};

TEST_F(Relocation, an_option_comes_before_the_environment) {
  setenv("NACRE_ROOT", "/from/environment", 1);
  EXPECT_EQ(choose_store("/from/option").root, "/from/option");
  EXPECT_EQ(choose_store({}).root, "/from/environment");
  unsetenv("NACRE_ROOT");
}

TEST_F(Relocation, a_user_without_a_store_has_one_at_home) {
  if (access("/gnu/store", W_OK) == 0 || geteuid() == 0) GTEST_SKIP() << "the host's store is ours";
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(choose_store({}).root, "/data/nacre");
  unsetenv("XDG_DATA_HOME");
}

TEST_F(Relocation, the_store_appears_at_its_place_and_files_keep_theirs) {
  write_file_atomically(directory_.path() + "/file", "mine");
  auto before = list_directory("/usr");
  inside([&] {
    write_file_atomically("/gnu/store/item", "in the store");
    write_file_atomically("/var/guix/state", "state");
    write_file_atomically("/var/log/guix/log", "log");
    EXPECT_EQ(read_file(directory_.path() + "/file"), "mine");
    EXPECT_EQ(list_directory("/usr"), before);
    EXPECT_TRUE(path_exists("/proc/self/exe"));
    write_file_atomically(directory_.path() + "/new", "from inside");
  });
  EXPECT_EQ(read_file(location_.outside("/gnu/store/item")), "in the store");
  EXPECT_EQ(read_file(location_.outside("/var/guix/state")), "state");
  EXPECT_EQ(read_file(location_.outside("/var/log/guix/log")), "log");
  EXPECT_EQ(read_file(directory_.path() + "/new"), "from inside");
}

TEST_F(Relocation, the_working_directory_and_the_user_stay) {
  ASSERT_EQ(chdir(directory_.path().c_str()), 0);
  uid_t user = geteuid();
  inside([&] {
    EXPECT_EQ(absolute_path("x"), directory_.path() + "/x");
    EXPECT_EQ(geteuid(), user);
  });
  ASSERT_EQ(chdir("/"), 0);
}

TEST_F(Relocation, entering_twice_changes_nothing) {
  inside([&] {
    write_file_atomically("/gnu/store/item", "x");
    enter_store(location_);
    EXPECT_EQ(read_file("/gnu/store/item"), "x");
  });
}

TEST_F(Relocation, messages_name_files_as_the_user_finds_them) {
  inside([&] {
    EXPECT_EQ(outside_path("/var/log/guix/drvs/x"), location_.root + "/var/log/guix/drvs/x");
    EXPECT_EQ(outside_path("/gnu/store"), location_.root + "/gnu/store");
    EXPECT_EQ(outside_path("/tmp/x"), "/tmp/x");
    EXPECT_EQ(outside_path("/gnu/storefoo"), "/gnu/storefoo");
  });
}

TEST_F(Relocation, a_store_of_ones_own_builds_at_the_real_place) {
  inside([&] {
    auto store = LocalStore::open(StoreLayout{});
    DerivationCache cache(store);
    StorePath helper = store->add_path("helper", NACRE_BUILD_HELPER);
    Derivation derivation;
    derivation.name = "item";
    derivation.system = "x86_64-linux";
    derivation.builder = helper.text();
    derivation.arguments = {"write", "$out", "built", "loopback"};
    derivation.sources = {helper};
    derivation.outputs["out"];
    compute_output_paths(derivation, cache);
    StorePath path = add_derivation(derivation, cache);
    build(*store, cache, {{path, {}}}, {}, *make_null_reporter());
    EXPECT_EQ(read_file(derivation.output_path().text()), "built");
    // Without isolation too: the store is where builders expect it.
    Derivation plain = derivation;
    plain.name = "plain";
    compute_output_paths(plain, cache);
    BuildOptions options;
    options.isolate = false;
    build(*store, cache, {{add_derivation(plain, cache), {}}}, options, *make_null_reporter());
    EXPECT_EQ(read_file(plain.output_path().text()), "built");
  });
}

}  // namespace
}  // namespace nacre
