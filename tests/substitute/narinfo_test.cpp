// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/narinfo.hpp"

#include <gmock/gmock.h>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

constexpr auto path_line = "StorePath: /gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x\n";
constexpr auto hash_line = "NarHash: sha256:0fj9vhblff2997pi7qjj7lhmy7wzhnjwmkm2hmq6gr4fzmg10s0w\n";
constexpr auto size_line = "NarSize: 120\n";
constexpr auto references_line = "References: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-y\n";
constexpr auto url_lines = "URL: nar/x\nCompression: none\n";

std::string complete() {
  return std::string(path_line) + hash_line + size_line + references_line + url_lines;
}

std::string replaced(const std::string& line, const std::string& by) {
  std::string text = complete();
  return text.replace(text.find(line), line.size(), by);
}

std::string refusal(const std::string& text) {
  try {
    parse_narinfo(text);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "was accepted:\n" << text;
  return {};
}

const SigningKey& our_key() {
  static const SigningKey key = make_signing_key();
  return key;
}
AccessList our_list() {
  return AccessList({our_key().public_key});
}

TEST(NarinfoText, that_lacks_something_is_refused) {
  for (const char* line : {path_line, hash_line, size_line, references_line, url_lines})
    EXPECT_THAT(refusal(replaced(line, "")), HasSubstr("lacks")) << line;
  EXPECT_THAT(refusal(""), HasSubstr("lacks"));
}

TEST(NarinfoText, that_names_paths_outside_of_the_store_is_refused) {
  for (const char* path : {"/etc/passwd", "/gnu/store/../../etc/passwd", "", "x",
                           "/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x/..",
                           "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x"})
    EXPECT_THAT(refusal(replaced(path_line, fmt::format("StorePath: {}\n", path))),
                HasSubstr("not a store path"));
  for (const char* name : {"../etc/passwd", "..", "/gnu/store/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-y",
                           "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-y/z"}) {
    EXPECT_THAT(refusal(replaced(references_line, fmt::format("References: {}\n", name))),
                HasSubstr("not a store path"));
    EXPECT_THAT(refusal(complete() + fmt::format("Deriver: {}\n", name)),
                HasSubstr("not a store path"));
  }
}

TEST(NarinfoText, with_impossible_numbers_is_refused) {
  for (const char* size : {"", "-1", "0x10", "12 34", "18446744073709551616", "1e9"}) {
    EXPECT_THAT(refusal(replaced(size_line, fmt::format("NarSize: {}\n", size))),
                HasSubstr("is not a size"));
    EXPECT_THAT(refusal(complete() + fmt::format("FileSize: {}\n", size)),
                HasSubstr("is not a size"));
  }
  EXPECT_THROW(parse_narinfo(replaced(hash_line, "NarHash: sha256:xyz\n")), Error);
  EXPECT_THROW(parse_narinfo(replaced(hash_line, "NarHash: md5:00\n")), Error);
}

TEST(NarinfoText, that_says_something_twice_is_refused) {
  for (const char* line : {path_line, hash_line, size_line, references_line})
    EXPECT_THAT(refusal(complete() + line), HasSubstr("more than one")) << line;
}

TEST(NarinfoText, that_is_no_list_of_fields_is_refused) {
  EXPECT_THAT(refusal("<html>\n"), HasSubstr("no field"));
}

TEST(NarinfoText, tells_all) {
  Narinfo info = parse_narinfo(complete() + "FileSize: 60\nURL: nar/zstd/x\nCompression: zstd\n" +
                               "# a remark\n\nDeriver: cccccccccccccccccccccccccccccccc-x.drv\n" +
                               "Unknown: field\n");
  EXPECT_EQ(info.path.name(), "x");
  EXPECT_EQ(info.nar_size, 120u);
  EXPECT_EQ(info.references.begin()->name(), "y");
  EXPECT_EQ(info.deriver->name(), "x.drv");
  ASSERT_EQ(info.archives.size(), 2u);
  EXPECT_EQ(info.archives[0].file_size, 60u);
  EXPECT_EQ(info.archives[1].url, "nar/zstd/x");
  EXPECT_EQ(info.archives[1].compression, "zstd");
  EXPECT_FALSE(info.signature);
}

TEST(NarinfoText, holds_sizes_of_64_bits) {
  Narinfo info = parse_narinfo(replaced(size_line, "NarSize: 9223372036854775908\n"));
  EXPECT_EQ(info.nar_size, 9223372036854775908u);
}

TEST(NarinfoText, is_read_as_it_was_written) {
  std::string text = write_narinfo(parse_narinfo(complete() + "FileSize: 60\n"), &our_key());
  Narinfo info = parse_narinfo(text);
  check_narinfo(info, our_list());
  EXPECT_EQ(info.archives.front().file_size, 60u);
  EXPECT_EQ(write_narinfo(info), write_narinfo(parse_narinfo(complete() + "FileSize: 60\n")));
}

class SignedNarinfo : public testing::Test {
 protected:
  std::string refusal(const std::string& text) {
    try {
      check_narinfo(parse_narinfo(text), our_list());
    } catch (const Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "was accepted:\n" << text;
    return {};
  }
  static std::string signature_line(const std::string& text, const SigningKey& key = our_key()) {
    std::string signature = sign(hash_bytes(HashAlgorithm::sha256, text), key);
    return "Signature: 1;example;" + base64_encode(signature) + "\n";
  }

  std::string signed_text_ = write_narinfo(parse_narinfo(complete()), &our_key());
};

TEST_F(SignedNarinfo, without_a_signature_is_not_believed) {
  EXPECT_THAT(refusal(complete()), HasSubstr("not signed"));
}

TEST_F(SignedNarinfo, is_not_believed_when_anything_above_the_signature_changed) {
  for (const char* part : {"aaaa-x", "0fj9", "120", "bbbb-y"}) {
    std::string text = signed_text_;
    text[text.find(part)] = part[0] == 'a' ? 'c' : '1';
    if (text == signed_text_) text[text.find(part)] = '2';
    EXPECT_THAT(refusal(text), HasSubstr("something else")) << text;
  }
}

TEST_F(SignedNarinfo, by_somebody_else_is_not_believed) {
  EXPECT_THAT(refusal(complete() + signature_line(complete(), make_signing_key())),
              HasSubstr("unauthorized"));
}

TEST_F(SignedNarinfo, with_a_malformed_signature_is_not_believed) {
  for (const char* value :
       {"", "1", "1;host", "2;host;eA==", "x;host;eA==", "1;host;", "1;host;eA==", "1;host;!!!"})
    refusal(complete() + "Signature: " + value + "\n");
}

TEST_F(SignedNarinfo, counts_only_what_is_above_the_signature) {
  // The signature is for less than what has to be signed.
  for (const char* line : {path_line, hash_line, size_line, references_line}) {
    std::string above = replaced(line, "");
    EXPECT_THAT(nacre::refusal(above + signature_line(above) + line), HasSubstr("lacks")) << line;
  }
  Narinfo info = parse_narinfo(signed_text_ + "NarSize: 7\nDeriver: junk\n");
  EXPECT_EQ(info.nar_size, 120u);
  EXPECT_FALSE(info.deriver);
}

TEST_F(SignedNarinfo, may_say_below_the_signature_where_the_archive_is) {
  Narinfo info = parse_narinfo(signed_text_ + "URL: elsewhere\n");
  check_narinfo(info, our_list());
  EXPECT_EQ(info.archives.back().url, "elsewhere");
}

TEST(ArchiveAddress, must_not_lead_out_of_the_server) {
  const std::string web = "https://example.org/guix";
  for (const char* url :
       {"", "/nar/x", "../x", "nar/../../x", "..", "file:///etc/passwd", "ftp://a/b", "gopher:x",
        "javascript:x", "nar/%2e%2e/x", "nar\\..\\x", "nar/x y", "nar/\nx", "FILE:///x"})
    EXPECT_THROW(archive_address(web, url), Error) << url;
  EXPECT_THROW(archive_address("file:///srv", "nar/%2e%2e/%2e%2e/etc/passwd"), Error);
}

TEST(ArchiveAddress, is_relative_to_the_server_or_absolute) {
  const std::string web = "https://example.org/guix";
  EXPECT_EQ(archive_address(web, "nar/zstd/x..y"), "https://example.org/guix/nar/zstd/x..y");
  EXPECT_EQ(archive_address(web, "http://example.com/x"), "http://example.com/x");
  EXPECT_EQ(archive_address("file:///srv", "x"), "file:///srv/x");
  EXPECT_EQ(archive_address("file:///srv", "file:///other/x"), "file:///other/x");
}

}  // namespace
}  // namespace nacre
