// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "builds/build_fixture.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;
using testing::Not;

class Sandbox : public BuildTest {};

TEST_F(Sandbox, a_builder_makes_its_output) {
  StorePath path = add("hello", {"write", "$out", "hello\n"});
  build(path);
  EXPECT_EQ(contents(path), "hello\n");
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Sandbox, sees_nothing_but_its_inputs_and_a_minimal_root) {
  store_->add_text("not-an-input", "");
  std::string printed = output_of({"ls", "/", "ls", "/gnu/store", "ls", "/etc", "ls", "/tmp"});
  EXPECT_EQ(printed,
            fmt::format("/dev\n/etc\n/gnu\n/proc\n/tmp\n{}\n/etc/group\n/etc/hosts\n/etc/passwd\n"
                        "/tmp/guix-build-prints.drv-0\n",
                        helper_.text()));
}

TEST_F(Sandbox, has_a_minimal_dev_that_works) {
  std::string printed =
      output_of({"ls", "/dev", "device", "/dev/zero", "device", "/dev/urandom", "device",
                 "/dev/stdin", "pty", "write", "/dev/null", "x", "write", "/dev/shm/file", "x"});
  EXPECT_EQ(
      printed,
      "/dev/fd\n/dev/full\n/dev/null\n/dev/ptmx\n/dev/pts\n/dev/random\n/dev/shm\n/dev/stderr\n"
      "/dev/stdin\n/dev/stdout\n/dev/tty\n/dev/urandom\n/dev/zero\n"
      "/dev/zero: ok\n/dev/urandom: ok\n/dev/stdin: ok\npty: ok\n");
}

TEST_F(Sandbox, the_environment_is_that_of_guix_and_the_derivation) {
  setenv("SECRET", "of the user", 1);
  std::string printed = output_of({"env", "pwd"}, {{"VARIABLE", "value"}});
  EXPECT_THAT(printed, HasSubstr("HOME=/homeless-shelter\nNIX_BUILD_CORES="));
  EXPECT_THAT(printed,
              HasSubstr("\nNIX_BUILD_TOP=/tmp/guix-build-prints.drv-0\nNIX_STORE=/gnu/store\n"
                        "PATH=/path-not-set\nPWD=/tmp/guix-build-prints.drv-0\n"
                        "TEMP=/tmp/guix-build-prints.drv-0\nTEMPDIR=/tmp/guix-build-prints.drv-0\n"
                        "TMP=/tmp/guix-build-prints.drv-0\nTMPDIR=/tmp/guix-build-prints.drv-0\n"
                        "VARIABLE=value\nout=/gnu/store/"));
  EXPECT_THAT(printed, testing::EndsWith("-prints\n/tmp/guix-build-prints.drv-0\n"));
  EXPECT_THAT(printed, Not(HasSubstr("SECRET")));
}

TEST_F(Sandbox, the_number_of_cores_is_the_users_choice) {
  BuildOptions options;
  options.cores = 7;
  build(add("cores", {"write", "$out", "", "print", "$NIX_BUILD_CORES"}), options);
  EXPECT_EQ(reporter_.output, "7\n");
}

TEST_F(Sandbox, every_builder_is_the_same_user_on_the_same_host) {
  std::string printed =
      output_of({"identity", "cat", "/etc/passwd", "cat", "/etc/group", "cat", "/etc/hosts"});
  EXPECT_EQ(
      printed,
      "uid 30001 gid 30000\nhost localhost pid 1\numask 022\n"
      "nixbld:x:30001:30000:Nix build user:/:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell\n"
      "nixbld:!:30000:\nnogroup:x:65534:\n"
      "127.0.0.1 localhost\n::1 localhost\n");
}

TEST_F(Sandbox, inputs_and_the_root_cannot_be_written_to) {
  StorePath tree = store_->add_text("input", "untouched");
  Derivation result = derivation(
      "writes", {"try-write", tree.text(), "chmod", "777", tree.text(), "try-mkdir", "/new",
                 "try-mkdir", "/etc/new", "try-write", "/etc/passwd", "try-mkdir", "/dev/new",
                 "write", "/tmp/elsewhere", "", "write", "$out", ""});
  result.sources.insert(tree);
  build(add(result));
  EXPECT_EQ(reporter_.output,
            fmt::format("write: EACCES\nchmod 777: EROFS\nmkdir: EROFS\nmkdir: EROFS\nwrite: {}\n"
                        "mkdir: EROFS\n",
                        geteuid() == 0 ? "EACCES" : "EROFS"));  // whose files they are
  EXPECT_EQ(read_file(store_->physical(tree)), "untouched");
}

TEST_F(Sandbox, a_link_among_the_inputs_is_seen_as_one) {
  StorePath target = store_->add_text("target", "behind the link\n");
  create_symlink(target.text(), directory_.path() + "/link");
  StorePath link = store_->add_path("link", directory_.path() + "/link");
  Derivation result = derivation("follows", {"cat", link.text(), "write", "$out", ""});
  result.sources.insert({target, link});
  build(add(result));
  EXPECT_EQ(reporter_.output, "behind the link\n");
}

TEST_F(Sandbox, set_uid_bits_devices_attributes_and_odd_sockets_are_refused) {
  std::string printed =
      output_of({"write",      "file",       "x",    "chmod",     "755",        "file",
                 "chmod",      "4755",       "file", "chmod",     "2755",       "file",
                 "try-create", "other",      "4755", "try-mknod", "device",     "try-setxattr",
                 "file",       "try-socket", "17",   "0",         "try-socket", "16",
                 "9",          "try-setuid", "0"});
  EXPECT_EQ(printed,
            "chmod 755: ok\nchmod 4755: EPERM\nchmod 2755: EPERM\ncreate: EPERM\nmknod: EPERM\n"
            "setxattr: EOPNOTSUPP\nsocket 17 0: EAFNOSUPPORT\nsocket 16 9: EPROTONOSUPPORT\n"
            "setuid: " +
                std::string(geteuid() == 0 ? "EPERM\n" : "EINVAL\n"));
}

TEST_F(Sandbox, there_is_a_loopback_and_no_other_network) {
  std::string printed = output_of({"loopback", "connect", "192.0.2.1", "80"});
  EXPECT_EQ(printed, "connect 127.0.0.1: ok\nconnect 192.0.2.1: ENETUNREACH\n");
}

// --- builders that have the host's network

class Network : public BuildTest {
 protected:
  /// A derivation whose hash is known, and whose builder has a network for that.
  Derivation fixed(const std::string& name, Arguments arguments, const std::string& text) {
    arguments.insert(arguments.end(), {"write", "$out", text});
    Derivation result = derivation(name, arguments);
    result.outputs["out"].hash = hash_bytes(HashAlgorithm::sha256, text);
    return result;
  }
};

TEST_F(Network, a_builder_cannot_hand_a_descriptor_to_another_process) {
  build(add(fixed("sockets", {"try-stream", "1", "try-32-bit-sockets", "1", "try-pair"}, "x")));
  EXPECT_THAT(reporter_.output, HasSubstr("stream 1: EAFNOSUPPORT\n32-bit sockets: refused\n"));
  EXPECT_THAT(reporter_.output,
              testing::ContainsRegex("x32 socket: (EAFNOSUPPORT|ENOSYS)\npair: ok"));
}

TEST_F(Network, names_are_looked_up_without_local_sockets) {
  build(add(fixed("names", {"resolve", "localhost"}, "x")));
  EXPECT_EQ(reporter_.output, "resolve localhost: ok\n");
}

TEST_F(Sandbox, a_builder_without_a_network_has_local_sockets) {
  EXPECT_EQ(output_of({"try-stream", "1"}), "stream 1: ok\n");
}

TEST_F(Network, what_is_registered_is_a_copy_that_its_builder_never_had) {
  Derivation result = fixed("copied", {}, "x");
  result.arguments.insert(result.arguments.end(), {"inode", "$out"});
  StorePath path = add(result);
  build(path);
  EXPECT_NE(reporter_.output,
            fmt::format("inode {}\n", lstat_file(store_->physical(output(path))).st_ino));
  EXPECT_EQ(contents(path), "x");
}

TEST_F(Network, a_link_to_a_file_that_the_builder_may_not_read_is_not_copied_through) {
  write_file_atomically(directory_.path() + "/secret", "secret");
  Derivation result = fixed("link", {}, "secret");
  result.arguments = {"symlink", directory_.path() + "/secret", "$out"};
  EXPECT_THAT(failure_of(add(result)), HasSubstr("should be a regular file"));
}

TEST_F(Network, a_failed_build_is_kept_as_a_copy_of_its_files) {
  Derivation result = fixed("fails", {}, "x");
  result.arguments = {"mkdir",       "d",      "write", "d/file", "text", "symlink",
                      "/etc/passwd", "d/link", "pipe",  "d/pipe", "exit", "1"};
  BuildOptions options;
  options.keep_failed = true;
  failure_of(add(result), options);
  std::string kept = directory_.path() + "/tmp/guix-build-fails.drv-0";
  EXPECT_EQ(read_file(kept + "/d/file"), "text");
  EXPECT_EQ(read_link(kept + "/d/link"), "/etc/passwd");
  EXPECT_FALSE(path_exists(kept + "/d/pipe"));
  EXPECT_EQ(lstat_file(kept + "/d/file").st_uid, geteuid());
}

// --- what one build leaves for the next

TEST_F(Sandbox, nothing_that_a_builder_does_is_there_for_the_next_one) {
  create_symlink("/the/real/target", directory_.path() + "/link");
  StorePath link = store_->add_path("link", directory_.path() + "/link");
  const Arguments look = {"readlink", link.text(), "mode", "/gnu/store", "mode", "/tmp", "mode",
                          ".",        "ls",        "/tmp", "write",      "$out", ""};
  Derivation first = derivation("same", look);
  first.sources.insert(link);
  build(add(first));
  const std::string clean = reporter_.output;

  Derivation evil = derivation("evil", {"try-unlink",  link.text(),
                                        "try-symlink", "/EVIL",
                                        link.text(),   "try-chmod",
                                        "777",         "/tmp",
                                        "try-chmod",   "777",
                                        "/gnu/store",  "try-chmod",
                                        "755",         ".",
                                        "try-rename",  "/tmp/same",
                                        "/tmp/other",  "write",
                                        "/tmp/file",   "x",
                                        "many",        "/gnu/store/entry-",
                                        "500",         "write",
                                        "$out",        ""});
  evil.sources.insert(link);
  Derivation second = first;
  second.environment["second"] = "1";
  second.inputs[add(evil)] = {"out"};
  reporter_.output.clear();
  BuildOptions one;
  one.max_jobs = 1;
  build(add(second), one);
  EXPECT_EQ(reporter_.output, clean);
  EXPECT_THAT(clean, HasSubstr("link to /the/real/target\n"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Sandbox, limits_are_the_same_whatever_the_callers_are) {
  const std::string usual = output_of({"limits"});
  for (int resource : {RLIMIT_NOFILE, RLIMIT_STACK, RLIMIT_CORE}) {
    rlimit before{};
    getrlimit(static_cast<__rlimit_resource>(resource), &before);
    rlimit other = before;
    other.rlim_cur = resource == RLIMIT_CORE ? 0 : 512;
    if (resource == RLIMIT_STACK) other.rlim_cur = 4 << 20;
    setrlimit(static_cast<__rlimit_resource>(resource), &other);
    reporter_.output.clear();
    EXPECT_EQ(output_of({"limits"}, {{"again", std::to_string(resource)}}), usual);
    setrlimit(static_cast<__rlimit_resource>(resource), &before);
  }
  EXPECT_THAT(usual, HasSubstr("limit 7: 1024 "));
}

TEST_F(Sandbox, builds_at_one_time_are_users_of_their_own_that_look_the_same) {
  std::vector<StorePath> paths;
  for (int i = 0; i < 4; ++i)
    paths.push_back(add("user" + std::to_string(i), {"identity", "mode", ".", "mode", "/gnu/store",
                                                     "sleep", "0.3", "write", "$out", ""}));
  BuildOptions options;
  options.max_jobs = 4;
  build(paths, options);
  for (const char* line : {"uid 30001 gid 30000\n", "mode 40700 of 30001, size"}) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = reporter_.output.find(line, at)) != std::string::npos; ++at)
      ++count;
    EXPECT_EQ(count, 4U) << line << reporter_.output;
  }
}

TEST_F(Sandbox, nothing_that_a_builder_starts_outlives_it) {
  StorePath path = add("daemon", {"mkdir", "$out", "stay-behind", "$out/late"});
  build(path);
  sleep(3);
  EXPECT_THAT(list_directory(store_->physical(output(path))), testing::IsEmpty());
}

TEST_F(Sandbox, what_comes_out_is_canonical) {
  StorePath path =
      add("tree", {"mkdir", "$out", "write", "$out/program", "x", "chmod", "755", "$out/program",
                   "write", "$out/data", "x", "chmod", "600", "$out/data", "chmod", "700", "$out"});
  build(path);
  std::string tree = store_->physical(output(path));
  EXPECT_EQ(lstat_file(tree).st_mode & 07777, 0555U);
  EXPECT_EQ(lstat_file(tree + "/program").st_mode & 07777, 0555U);
  EXPECT_EQ(lstat_file(tree + "/data").st_mode & 07777, 0444U);
  EXPECT_EQ(lstat_file(tree + "/data").st_mtime, 1);
  EXPECT_EQ(lstat_file(tree + "/data").st_uid, geteuid());
}

TEST_F(Sandbox, two_outputs_may_hold_links_to_one_file) {
  Derivation result =
      derivation("two", {"mkdir", "$out", "mkdir", "$lib", "big-file", "$out/f", "20000", "link",
                         "$out/f", "$lib/f", "link", "$out/f", "$out/g"});
  result.outputs["lib"];
  StorePath path = add(result);
  build(path);
  EXPECT_EQ(read_file(store_->physical(output(path, "lib")) + "/f"), std::string(20000, 'x'));
  BuildOptions check;
  check.check = true;
  build(path, check);
}

TEST_F(Sandbox, an_output_may_be_a_directory_without_write_permission) {
  StorePath path = add("closed", {"mkdir", "$out", "chmod", "555", "$out"});
  build(path);
  EXPECT_TRUE(is_built(path));
}

TEST_F(Sandbox, a_builder_that_is_not_there_is_an_error) {
  Derivation result = derivation("no-builder", {});
  result.builder = "/gnu/store/00000000000000000000000000000000-nowhere/bin/sh";
  EXPECT_THAT(failure_of(add(result)), HasSubstr("No such file or directory"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(Sandbox, without_isolation_a_builder_runs_as_our_child) {
  // The store of this test is not at /gnu/store, so all the builder can do is to run.
  Derivation result = derivation("plain", {"identity", "exit", "3"});
  result.builder = NACRE_BUILD_HELPER;
  StorePath path = add(result);
  BuildOptions options;
  options.isolate = false;
  EXPECT_THAT(failure_of(path, options), HasSubstr("exited with status 3"));
  EXPECT_THAT(reporter_.output, HasSubstr(fmt::format("uid {} gid {}", geteuid(), getegid())));
}

}  // namespace
}  // namespace nacre
