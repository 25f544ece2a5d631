// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/encoding.hpp"
#include "builds/build_fixture.hpp"
#include "store/gc.hpp"

namespace nacre {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Build : public BuildTest {
 protected:
  Derivation fixed(const std::string& text, const std::string& expected, bool recursive = false) {
    Derivation result = derivation("fixed", {"write", "$out", text});
    result.outputs["out"].hash = hash_bytes(HashAlgorithm::sha256, expected);
    result.outputs["out"].recursive = recursive;
    return result;
  }
  StorePath with_input(const std::string& name, const Arguments& arguments, const StorePath& input,
                       const Variables& variables = {}) {
    Derivation result = derivation(name, arguments, variables);
    result.inputs[input] = {"out"};
    return add(result);
  }
  static std::string unzip(const std::string& file) {
    gzFile stream = gzopen(file.c_str(), "rb");
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(gzread(stream, text.data(), text.size())));
    gzclose(stream);
    return text;
  }
  /// What verification finds wrong; "" if nothing.
  std::string faults() {
    VerifyOptions options;
    options.check_contents = true;
    std::string text;
    for (const auto& fault : verify_store(*store_, options, *make_null_reporter()).faults)
      text += fmt::format("{}: {}\n", fault.name, fault.reason);
    return text;
  }
};

// --- outputs and references

TEST_F(Build, what_is_valid_is_not_built_again) {
  StorePath path = add("once", {"print", "building", "write", "$out", ""});
  build(path);
  build(path);
  EXPECT_EQ(reporter_.output, "building\n");
}

TEST_F(Build, inputs_are_built_first_and_seen_by_what_needs_them) {
  StorePath input = add("input", {"write", "$out", "from the input"});
  StorePath path = with_input("user", {"copy", output(input).text(), "$out"}, input);
  build(path);
  EXPECT_EQ(contents(path), "from the input");
  EXPECT_EQ(reporter_.last_totals, std::make_pair(std::uint64_t{2}, std::uint64_t{2}));
}

TEST_F(Build, references_are_what_an_output_names_of_its_inputs_and_itself) {
  StorePath used = add("used", {"write", "$out", "used"});
  StorePath unused = add("unused", {"write", "$out", "unused"});
  Derivation result = derivation("refers", {"mkdir", "$out", "write", "$out/a", output(used).text(),
                                            "symlink", "$out/a", "$out/b"});
  result.inputs[used] = {"out"};
  result.inputs[unused] = {"out"};
  StorePath path = add(result);
  build(path);
  PathInfo info = store_->path_info(output(path));
  EXPECT_THAT(info.references, testing::UnorderedElementsAre(output(used), output(path)));
  EXPECT_EQ(info.deriver, path);
}

TEST_F(Build, several_outputs_may_refer_to_each_other) {
  Derivation result = derivation(
      "multi", {"write", "$out", "", "append", "$out", "$lib", "write", "$lib", "a library"});
  result.outputs["lib"];
  StorePath path = add(result);
  build(path);
  EXPECT_THAT(store_->references(output(path)), ElementsAre(output(path, "lib")));
  EXPECT_EQ(contents(path, "lib"), "a library");
  EXPECT_EQ(output(path, "lib").name(), "multi-lib");
}

TEST_F(Build, an_output_that_is_missing_is_made_without_touching_the_other) {
  Derivation result = derivation("multi", {"random", "$out", "random", "$lib"});
  result.outputs["lib"];
  StorePath path = add(result);
  build(path);
  std::string kept = contents(path);
  ASSERT_TRUE(store_->invalidate(output(path, "lib")));
  build(path);
  EXPECT_EQ(contents(path), kept);
  EXPECT_EQ(faults(), "");
}

TEST_F(Build, an_output_that_was_not_made_is_an_error) {
  EXPECT_THAT(failure_of(add("lazy", {"print", "nothing to do"})),
              HasSubstr("failed to produce output path"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, equal_files_are_stored_once) {
  StorePath a = add("a", {"big-file", "$out", "100000"});
  StorePath b = add("b", {"big-file", "$out", "100000"});
  build({a, b});
  EXPECT_EQ(lstat_file(store_->physical(output(a))).st_ino,
            lstat_file(store_->physical(output(b))).st_ino);
}

TEST_F(Build, references_that_are_not_allowed_are_an_error) {
  StorePath input = add("input", {"write", "$out", "x"});
  std::string text = output(input).text();
  auto refers = [&](const std::string& name, const Variables& variables) {
    return with_input(name, {"write", "$out", text}, input, variables);
  };
  build(refers("allowed", {{"allowedReferences", text + " out"}}));
  build(refers("not-disallowed", {{"disallowedReferences", helper_.text()}}));
  EXPECT_THAT(failure_of(refers("a", {{"allowedReferences", "out"}})), HasSubstr(text));
  EXPECT_THAT(failure_of(refers("b", {{"disallowedReferences", text}})), HasSubstr(text));
  EXPECT_THAT(failure_of(refers("c", {{"disallowedRequisites", text}})), HasSubstr(text));
  EXPECT_THAT(failure_of(refers("d", {{"allowedRequisites", ""}})), HasSubstr(text));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, requisites_are_looked_at_through_other_paths) {
  StorePath deep = add("deep", {"write", "$out", "x"});
  StorePath middle = with_input("middle", {"write", "$out", output(deep).text()}, deep);
  std::string middle_text = output(middle).text();
  build(with_input("fine", {"write", "$out", middle_text}, middle,
                   {{"disallowedReferences", output(deep).text()}}));
  EXPECT_THAT(failure_of(with_input("bad", {"write", "$out", middle_text}, middle,
                                    {{"disallowedRequisites", output(deep).text()}})),
              HasSubstr(output(deep).text()));
}

TEST_F(Build, a_references_graph_is_written_for_the_builder) {
  StorePath deep = store_->add_text("deep", "x");
  StorePath path = store_->add_text("top", deep.text(), {deep});
  Derivation result = derivation("graph", {"copy", "graph", "$out"},
                                 {{"exportReferencesGraph", "graph " + path.text()}});
  result.sources.insert(path);
  StorePath derivation = add(result);
  build(derivation);
  std::string deep_part = deep.text() + "\n\n0\n";
  std::string top_part = path.text() + "\n\n1\n" + deep.text() + "\n";
  EXPECT_EQ(contents(derivation), deep < path ? deep_part + top_part : top_part + deep_part);
}

// --- fixed outputs

TEST_F(Build, a_fixed_output_with_the_right_hash_is_accepted) {
  StorePath path = add(fixed("text", "text"));
  build(path);
  EXPECT_EQ(contents(path), "text");
}

TEST_F(Build, a_wrong_hash_shows_both_and_nothing_is_registered) {
  StorePath path = add(fixed("actual", "expected"));
  std::string message = failure_of(path);
  EXPECT_THAT(message, HasSubstr("expected hash: " +
                                 hash_bytes(HashAlgorithm::sha256, "expected").nix_base32()));
  EXPECT_THAT(message, HasSubstr("actual hash:   " +
                                 hash_bytes(HashAlgorithm::sha256, "actual").nix_base32()));
  EXPECT_FALSE(is_built(path));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, a_flat_fixed_output_must_be_a_plain_file) {
  Derivation directory = fixed("", "");
  directory.arguments = {"mkdir", "$out"};
  EXPECT_THAT(failure_of(add(directory)), HasSubstr("regular file"));
  Derivation executable = fixed("x", "x");
  executable.arguments = {"write", "$out", "x", "chmod", "755", "$out"};
  EXPECT_THAT(failure_of(add(executable)), HasSubstr("not executable"));
}

TEST_F(Build, a_fixed_output_derivation_has_the_hosts_network_and_the_variables_it_names) {
  setenv("https_proxy", "a proxy", 1);
  Derivation result = fixed("x", "x");
  result.arguments = {"print",    "$https_proxy", "print", "$NIX_OUTPUT_CHECKED",
                      "loopback", "write",        "$out",  "x"};
  result.environment["impureEnvVars"] = "https_proxy";
  build(add(result));
  unsetenv("https_proxy");
  EXPECT_EQ(reporter_.output, "a proxy\n1\nconnect 127.0.0.1: ok\n");
}

// --- failures

TEST_F(Build, no_builder_outlives_an_error_of_the_reporter) {
  class FullDisk : public RecordingReporter {
    void event(const Event&) override { throw Error("no space left on device"); }
  } reporter;
  StorePath path = add("sleeps", {"sleep", "60", "write", "$out", ""});
  EXPECT_THROW(nacre::build(*store_, cache_, {{path, {}}}, {}, reporter), Error);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, a_failure_names_the_derivation_the_reason_and_the_log) {
  StorePath path = add("bad", {"write", "$out", "", "print", "what went wrong", "exit", "3"});
  std::string message = failure_of(path);
  EXPECT_THAT(message,
              HasSubstr("build of `" + path.text() + "' failed: builder exited with status 3"));
  EXPECT_THAT(message, HasSubstr("what went wrong"));
  EXPECT_THAT(message, HasSubstr(find_build_log(*store_, path).value_or("?")));
  EXPECT_FALSE(is_built(path));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, a_builder_that_crashes_fails) {
  EXPECT_THAT(failure_of(add("crash", {"write", "$out", "", "abort"})),
              HasSubstr("builder was killed by signal"));
}

TEST_F(Build, what_a_builder_prints_is_kept_compressed) {
  StorePath path = add("talks", {"write", "$out", "", "flood", "2000"});
  build(path);
  std::string log = find_build_log(*store_, path).value_or("?");
  std::string name(path.base_name());
  EXPECT_EQ(log, fmt::format("{}/drvs/{}/{}.gz", layout_.log, name.substr(0, 2), name.substr(2)));
  EXPECT_EQ(unzip(log), reporter_.output);
  EXPECT_THAT(unzip(log), testing::EndsWith("line 1999 of a builder that talks a lot\n"));
  EXPECT_EQ(find_build_log(*store_, output(path)), log);
}

TEST_F(Build, is_told_of_in_the_daemons_words) {
  StorePath path = add("told", {"print", "hello", "write", "$out", ""});
  build(path);
  EXPECT_THAT(reporter_.words, HasSubstr("@ build-started " + path.text() + " - "));
  EXPECT_THAT(reporter_.words, ContainsRegex("@ build-log [0-9]+ 6\nhello\n"));
  EXPECT_THAT(reporter_.words, HasSubstr("@ build-succeeded " + path.text() + " -\n"));
}

TEST_F(Build, a_path_that_was_never_built_has_no_log) {
  EXPECT_EQ(find_build_log(*store_, add("new", {})), std::nullopt);
  EXPECT_EQ(find_build_log(*store_, helper_), std::nullopt);
}

TEST_F(Build, a_builder_that_takes_too_long_is_killed) {
  BuildOptions options;
  options.timeout = 1s;
  auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(failure_of(add("slow", {"write", "$out", "", "sleep", "60"}), options),
              HasSubstr("timed out after 1 seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, a_builder_that_is_silent_for_too_long_is_killed) {
  BuildOptions options;
  options.max_silent_time = 2s;
  build(add("talks", {"write", "$out", "", "print", "a", "sleep", "0.8", "print", "b", "sleep",
                      "0.8", "print", "c", "sleep", "0.8"}),
        options);
  EXPECT_THAT(failure_of(add("silent", {"write", "$out", "", "sleep", "60"}), options),
              HasSubstr("2 seconds of silence"));
}

TEST_F(Build, what_needs_a_failed_build_is_not_built_and_the_rest_is_with_keep_going) {
  StorePath bad = add("bad", {"exit", "1"});
  StorePath user = with_input("user", {"write", "$out", ""}, bad);
  StorePath other = add("other", {"sleep", "0.2", "write", "$out", ""});
  StorePath after = with_input("after", {"write", "$out", ""}, other);
  BuildOptions options;
  options.keep_going = true;
  options.max_jobs = 2;
  EXPECT_THROW(build({user, after}, options), BuildError);
  EXPECT_FALSE(is_built(user));
  EXPECT_TRUE(is_built(after));
}

TEST_F(Build, with_keep_going_every_failure_is_told) {
  BuildOptions options;
  options.keep_going = true;
  options.max_jobs = 1;
  StorePath first = add("first", {"exit", "1"});
  StorePath second = add("second", {"exit", "2"});
  try {
    build({first, second}, options);
    FAIL();
  } catch (const BuildError& error) {
    std::string told = error.what() + reporter_.messages;
    EXPECT_THAT(told, HasSubstr(first.text()));
    EXPECT_THAT(told, HasSubstr(second.text()));
    EXPECT_EQ(error.status(), 100);
  }
}

TEST_F(Build, a_failed_builds_directory_is_kept_if_asked) {
  BuildOptions options;
  options.keep_failed = true;
  failure_of(add("bad", {"write", "left-here", "look", "exit", "1"}), options);
  std::string directory = directory_.path() + "/tmp/guix-build-bad.drv-0";
  EXPECT_THAT(reporter_.messages, HasSubstr("keeping build directory '" + directory));
  EXPECT_EQ(read_file(directory + "/left-here"), "look");
  EXPECT_EQ(lstat_file(directory + "/left-here").st_uid, geteuid());
}

TEST_F(Build, several_failures_at_once_leave_nothing) {
  BuildOptions options;
  options.max_jobs = 4;
  std::vector<StorePath> paths;
  for (int i = 0; i < 8; ++i) {
    paths.push_back(add("bad" + std::to_string(i), {"write", "$out", "", "exit", "1"}));
  }
  EXPECT_THROW(build(paths, options), BuildError);
  EXPECT_EQ(leftovers(), "");
}

// --- once more

TEST_F(Build, checking_a_deterministic_build_succeeds) {
  StorePath path = add("same", {"write", "$out", "same"});
  build(path);
  BuildOptions options;
  options.check = true;
  options.rounds = 2;
  reporter_.output.clear();
  build(path, options);
  EXPECT_EQ(leftovers(), "");
  EXPECT_EQ(faults(), "");
}

TEST_F(Build, checking_names_the_first_file_that_differs) {
  StorePath path =
      add("different", {"mkdir", "$out", "write", "$out/a", "same", "random", "$out/b"});
  build(path);
  BuildOptions options;
  options.check = true;
  EXPECT_THAT(failure_of(path, options), HasSubstr("/b ("));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Build, checking_with_keep_failed_leaves_the_other_output) {
  StorePath path = add("different", {"mkdir", "$out", "random", "$out/b"});
  build(path);
  BuildOptions options;
  options.check = true;
  options.keep_failed = true;
  std::string other = store_->physical(output(path)) + "-check";
  EXPECT_THAT(failure_of(path, options), HasSubstr(other));
  EXPECT_NE(read_file(other + "/b"), read_file(store_->physical(output(path)) + "/b"));
  EXPECT_EQ(faults(), "");
}

TEST_F(Build, checking_what_was_not_built_is_an_error) {
  BuildOptions options;
  options.check = true;
  EXPECT_THAT(failure_of(add("new", {"write", "$out", ""}), options),
              HasSubstr("not in the store"));
}

TEST_F(Build, rounds_that_differ_register_nothing) {
  BuildOptions options;
  options.rounds = 2;
  StorePath path = add("different", {"random", "$out"});
  EXPECT_THAT(failure_of(path, options), HasSubstr("differs from one round to the next"));
  EXPECT_FALSE(is_built(path));
  EXPECT_EQ(leftovers(), "");
  build(add("same", {"write", "$out", "same"}), options);
}

// --- beside others

TEST_F(Build, two_processes_build_the_same_thing_once) {
  StorePath path = add("shared", {"print", "building", "sleep", "0.5", "random", "$out"});
  pid_t other = fork();
  if (other == 0) {
    auto store = LocalStore::open(layout_);
    DerivationCache cache(store);
    nacre::build(*store, cache, {{path, {}}}, {}, reporter_);
    std::ofstream(directory_.path() + "/other-output") << reporter_.output;
    _exit(0);
  }
  build(path);
  int status = -1;
  waitpid(other, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(reporter_.output + read_file(directory_.path() + "/other-output"), "building\n");
}

TEST_F(Build, a_process_killed_at_any_moment_leaves_a_store_that_verifies) {
  std::vector<StorePath> paths;
  for (int i = 0; i < 6; ++i) {
    Derivation result = derivation("victim" + std::to_string(i),
                                   {"mkdir", "$out", "write", "$out/a", "$lib", "write", "$out/b",
                                    "common", "write", "$lib", "a", "sleep", "0.01"});
    result.outputs["lib"];
    if (i > 0) result.inputs[paths.back()] = {"out"};
    paths.push_back(add(result));
  }
  for (int moment = 0; moment < 25; ++moment) {
    pid_t victim = fork();
    if (victim == 0) {
      auto store = LocalStore::open(layout_);
      DerivationCache cache(store);
      try {
        nacre::build(*store, cache, {{paths.back(), {}}}, {}, reporter_);
      } catch (const Error& error) {
        fprintf(stderr, "%s\n", error.what());
        _exit(1);
      }
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3 + 7 * moment));
    kill(victim, SIGKILL);
    int status = 0;
    waitpid(victim, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    ASSERT_EQ(faults(), "") << "killed after " << 3 + 7 * moment << " ms";
  }
  build(paths);
  EXPECT_TRUE(is_built(paths.back()));
  build(add("any-build-cleans-up", {"write", "$out", ""}));
  // Killed after it registered its outputs, between the removals of two locks: nobody will want
  // the other one again.
  for (const auto& name : list_directory(layout_.store)) {
    if (name.ends_with(".lock")) remove_tree(layout_.store + "/" + name);
  }
  EXPECT_EQ(leftovers(), "");
}

}  // namespace
}  // namespace nacre
