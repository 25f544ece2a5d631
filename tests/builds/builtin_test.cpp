// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/builtin.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>

#include "builds/address_list.hpp"
#include "builds/build_fixture.hpp"
#include "builds/web_server.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A member of an archive to make: a file, a link (to `target`) or a hard link (to `target`).
struct Member {
  std::string name;
  std::string text;
  std::string target;
  mode_t type = AE_IFREG;
  unsigned mode = 0644;
  bool is_hard_link = false;
};

std::string make_archive(bool is_package, const std::vector<Member>& members) {
  archive* out = archive_write_new();
  if (is_package) {
    archive_write_set_format_ar_svr4(out);
  } else {
    archive_write_set_format_gnutar(out);
    archive_write_add_filter_xz(out);
  }
  std::string bytes(1 << 20, '\0');
  std::size_t used = 0;
  archive_write_open_memory(out, bytes.data(), bytes.size(), &used);
  for (const auto& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.name.c_str());
    archive_entry_set_filetype(entry, member.type);
    archive_entry_set_perm(entry, member.mode);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.text.size()));
    if (member.type == AE_IFLNK) archive_entry_set_symlink(entry, member.target.c_str());
    if (member.is_hard_link) archive_entry_set_hardlink(entry, member.target.c_str());
    archive_write_header(out, entry);
    archive_write_data(out, member.text.data(), member.text.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
  return bytes.substr(0, used);
}

std::string make_package(const std::vector<Member>& members) {
  return make_archive(true, {{"debian-binary", "2.0\n", {}},
                             {"control.tar.xz", make_archive(false, {}), {}},
                             {"data.tar.xz", make_archive(false, members), {}}});
}

bool is_the_test = false;  ///< what a fork of the test's process would see as true

void write_text(const BuiltinContext& context) {
  context.progress(1, 1);
  std::printf("this is a builtin, with %u cores\n", context.cores);
  write_file_atomically(context.outputs.at("out"), context.variable("text"));
}

void write_memory(const BuiltinContext& context) {
  write_file_atomically(context.outputs.at("out"), is_the_test ? "a fork" : "a new program");
}

constexpr Builtin test_builtins[] = {
    {.name = "test", .run = write_text},
    {.name = "memory", .run = write_memory},
    {.name = "versioned", .run = write_text, .version = "2"},
};

/// Before main, as a builtin's process is this program too.
const bool registered = [] {
  register_base_builtins();
  register_builtins(test_builtins);
  return true;
}();

class BuiltinTest : public BuildTest {
 protected:
  BuiltinTest() { EXPECT_TRUE(registered); }

  Derivation builtin(const std::string& name, const Variables& variables) {
    Derivation result = derivation("item", {}, variables);
    result.builder = "builtin:" + name;
    result.sources.clear();
    return result;
  }

  std::string file(const std::string& name, const std::string& text) {
    std::string path = directory_.path() + "/" + name;
    write_file_atomically(path, text);
    return "file://" + path;
  }
  StorePath download(const std::string& url, const std::string& expected) {
    Derivation result = builtin("download", {{"url", url}});
    result.outputs["out"].hash = hash_bytes(HashAlgorithm::sha256, expected);
    return add(result);
  }

  StorePath unpack(const std::vector<std::string>& packages) {
    Derivation result = builtin("unpack-deb", {});
    for (const auto& package : packages) {
      StorePath path = store_->add_text("p.deb", package);
      result.sources.insert(path);
      result.environment["debs"] += path.text() + " ";
    }
    return add(result);
  }
};

TEST_F(BuiltinTest, runs_in_a_process_made_by_exec_where_no_lock_of_our_threads_is_held) {
  is_the_test = true;
  StorePath path = add(builtin("memory", {}));
  build(path);
  EXPECT_EQ(contents(path), "a new program");
}

TEST_F(BuiltinTest, runs_engine_code_as_a_derivation) {
  StorePath path = add(builtin("test", {{"text", "made by the engine"}}));
  BuildOptions options;
  options.cores = 3;
  build(path, options);
  EXPECT_EQ(contents(path), "made by the engine");
  EXPECT_EQ(reporter_.output, "this is a builtin, with 3 cores\n");
  EXPECT_EQ(leftovers(), "");
}

TEST_F(BuiltinTest, what_it_throws_is_in_the_log) {
  std::string message = failure_of(add(builtin("test", {})));
  EXPECT_THAT(message, HasSubstr("lacks the variable 'text'"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(BuiltinTest, one_that_does_not_exist_is_an_error_that_names_those_that_do) {
  std::string message = failure_of(add(builtin("nonesuch", {})));
  EXPECT_THAT(message, HasSubstr("nonesuch"));
  EXPECT_THAT(message, HasSubstr("download, git-download, memory, test, unpack-deb, versioned"));
}

TEST_F(BuiltinTest, one_of_another_version_is_refused) {
  const Variables text{{"text", "made by the engine"}};
  auto of_version = [&](const char* version) {
    Variables variables = text;
    variables["builtin-version"] = version;
    return add(builtin("versioned", variables));
  };
  build(of_version("2"));
  EXPECT_EQ(contents(of_version("2")), "made by the engine");
  EXPECT_THAT(failure_of(of_version("1")),
              HasSubstr("this program builds version 2 of builtin:versioned, not version 1"));
  EXPECT_THAT(failure_of(add(builtin("versioned", text))),
              HasSubstr("lacks the variable 'builtin-version'"));
}

TEST(AddressList, is_one_address_or_a_string_or_a_list_as_scheme_writes_them) {
  EXPECT_THAT(parse_address_list("https://a/b"), ElementsAre("https://a/b"));
  EXPECT_THAT(parse_address_list("\"https://a/b\""), ElementsAre("https://a/b"));
  EXPECT_THAT(parse_address_list("(\"https://a\" \"ftp://b\\\"\\\\c\")"),
              ElementsAre("https://a", "ftp://b\"\\c"));
  for (const char* bad :
       {"(", "()", "(a)", "(\"a\"", "\"a\" \"b\"", "(\"a\") b", "\"a\\n\"", "\"a"}) {
    EXPECT_THROW(parse_address_list(bad), Error) << bad;
  }
}

TEST_F(BuiltinTest, download_takes_the_file_with_the_right_hash) {
  StorePath path = download(file("source", "the source"), "the source");
  build(path);
  EXPECT_EQ(contents(path), "the source");
}

TEST_F(BuiltinTest, download_tries_one_address_after_the_other) {
  std::string list = fmt::format("(\"file:///nonexistent\" \"{}\" \"{}\")",
                                 file("changed", "something else"), file("source", "the source"));
  StorePath path = download(list, "the source");
  build(path);
  EXPECT_EQ(contents(path), "the source");
  EXPECT_THAT(reporter_.output, HasSubstr("not the file with the expected hash"));
}

TEST_F(BuiltinTest, download_of_another_file_shows_both_hashes) {
  std::string message = failure_of(download(file("source", "actual"), "expected"));
  EXPECT_THAT(message, HasSubstr(hash_bytes(HashAlgorithm::sha256, "actual").nix_base32()));
  EXPECT_THAT(message, HasSubstr(hash_bytes(HashAlgorithm::sha256, "expected").nix_base32()));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(BuiltinTest, download_runs_no_code_of_a_derivation) {
  std::string marker = directory_.path() + "/ran";
  std::string code = directory_.path() + "/code.scm";
  write_file_atomically(code, fmt::format("(call-with-output-file \"{}\" write)", marker));
  Derivation derivation = builtin("download", {{"url", "file:///nonexistent"},
                                               {"mirrors", code},
                                               {"content-addressed-mirrors", code},
                                               {"disarchive-mirrors", code}});
  derivation.outputs["out"].hash = hash_bytes(HashAlgorithm::sha256, "x");
  EXPECT_THAT(failure_of(add(derivation)), HasSubstr("none of the addresses"));
  EXPECT_FALSE(path_exists(marker));
}

TEST_F(BuiltinTest, download_from_nowhere_says_what_was_tried) {
  std::string message = failure_of(download("file:///nonexistent", "x"));
  EXPECT_THAT(message, HasSubstr("file:///nonexistent: "));
  EXPECT_THAT(message, HasSubstr("none of the addresses"));
}

TEST_F(BuiltinTest, download_follows_redirections_and_takes_no_error_page_for_a_file) {
  WebServer server(
      WebServer::Answers{{"/moved", "HTTP/1.0 302 Found\r\nLocation: /real\r\n\r\n"},
                         {"/real", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nreal"}});
  StorePath path = download(fmt::format("(\"{0}/missing\" \"{0}/moved\")", server.base()), "real");
  build(path);
  EXPECT_EQ(contents(path), "real");
  EXPECT_THAT(reporter_.output, HasSubstr("404"));
}

TEST_F(BuiltinTest, download_does_not_take_part_of_a_file) {
  WebServer server(
      WebServer::Answers{{"/part", "HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nonly this"}});
  std::string message = failure_of(download(server.base() + "/part", "only this"));
  EXPECT_THAT(message, HasSubstr("none of the addresses"));
  EXPECT_EQ(leftovers(), "");
}

TEST_F(BuiltinTest, download_can_make_a_program) {
  std::string address = file("script", "#! a script");
  Derivation result = builtin("download", {{"url", address}, {"executable", "1"}});
  std::string sample = directory_.path() + "/script";
  chmod(sample.c_str(), 0755);
  result.outputs["out"].hash = hash_nar(sample).hash;
  result.outputs["out"].recursive = true;
  StorePath path = add(result);
  build(path);
  EXPECT_EQ(lstat_file(store_->physical(output(path))).st_mode & 0777, 0555U);
}

TEST_F(BuiltinTest, a_debian_file_comes_from_the_mirror_that_the_user_names) {
  make_directories(directory_.path() + "/pool/main");
  std::string address = file("pool/main/hello.deb", "a package");
  setenv("NACRE_DEBIAN_MIRROR", ("file://" + directory_.path()).c_str(), 1);
  StorePath path = download("mirror://debian/pool/main/hello.deb", "a package");
  build(path);
  unsetenv("NACRE_DEBIAN_MIRROR");
  EXPECT_EQ(contents(path), "a package");
}

TEST_F(BuiltinTest, unpack_deb_makes_one_merged_tree) {
  StorePath path = unpack({make_package({{"./", "", {}, AE_IFDIR, 0755},
                                         {"./bin/", "", {}, AE_IFDIR, 0755},
                                         {"./bin/program", "x", {}, AE_IFREG, 04755},
                                         {"./bin/same", "", "./bin/program", AE_IFREG, 0755, true},
                                         {"./etc/file", "text", {}, AE_IFREG, 0600}}),
                           make_package({{"./lib", "", "usr/lib", AE_IFLNK},
                                         {"./usr/lib/library.so", "y", {}, AE_IFREG, 0644},
                                         {"./usr/lib/link.so", "", "library.so", AE_IFLNK}})});
  build(path);
  std::string tree = store_->physical(output(path));
  EXPECT_THAT(list_directory(tree), ElementsAre("etc", "usr"));
  EXPECT_THAT(list_directory(tree + "/usr"), ElementsAre("bin", "lib"));
  EXPECT_EQ(lstat_file(tree + "/usr/bin/program").st_mode & 07777, 0555U);
  EXPECT_EQ(read_file(tree + "/usr/bin/same"), "x");
  EXPECT_EQ(lstat_file(tree + "/etc/file").st_mode & 07777, 0444U);
  EXPECT_EQ(read_link(tree + "/usr/lib/link.so"), "library.so");
}

TEST_F(BuiltinTest, unpack_deb_writes_nothing_outside_of_the_output) {
  std::string outside = directory_.path() + "/outside";
  make_directories(outside);
  EXPECT_THAT(failure_of(unpack({make_package({{"../../../escaped", "x", {}}})})),
              HasSubstr("error"));
  EXPECT_THAT(failure_of(unpack(
                  {make_package({{"door", "", outside, AE_IFLNK}, {"door/escaped", "x", {}}})})),
              HasSubstr("error"));
  EXPECT_THAT(failure_of(unpack({make_package({{"device", "", {}, AE_IFCHR}})})),
              HasSubstr("neither"));
  EXPECT_THAT(list_directory(outside), testing::IsEmpty());
}

TEST_F(BuiltinTest, unpack_deb_refuses_what_is_no_package_or_no_input) {
  EXPECT_THAT(failure_of(unpack({"not a package"})), HasSubstr("error"));
  StorePath elsewhere = store_->add_text("elsewhere.deb", "");
  EXPECT_THAT(failure_of(add(builtin("unpack-deb", {{"debs", elsewhere.text()}}))),
              HasSubstr("is not an input"));
}

}  // namespace
}  // namespace nacre
