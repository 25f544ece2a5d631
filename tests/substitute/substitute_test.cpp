// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/substitute.hpp"

#include "substitute/substitute_fixture.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

class Substitutes : public SubstituteTest {};

TEST_F(Substitutes, that_nobody_signed_are_not_offered) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, nullptr);
  EXPECT_FALSE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("not signed"));
}

TEST_F(Substitutes, of_a_server_whose_key_is_unknown_are_not_offered) {
  Item x = item("x", "text");
  SigningKey other = make_signing_key();
  ServerFiles files;
  put(files, x, &other);
  EXPECT_FALSE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("unauthorized public key"));
}

TEST_F(Substitutes, of_something_else_are_not_offered) {
  Item x = item("x", "text");
  Item y = item("y", "text");
  ServerFiles files;
  put(files, y, &key_);
  files[narinfo_name(x.info.path)] = files[narinfo_name(y.info.path)];
  EXPECT_FALSE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("it is about"));
}

TEST_F(Substitutes, of_an_item_with_the_same_hash_and_another_name_are_not_offered) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, &key_);
  StorePath other(x.info.path.text() + "-other");
  EXPECT_FALSE(find(other, {directory(files)}));
}

TEST_F(Substitutes, of_a_server_for_another_store_are_not_offered) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, &key_);
  files["nix-cache-info"] = "StoreDir: /nix/store\n";
  EXPECT_FALSE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("/nix/store"));
}

TEST_F(Substitutes, of_servers_that_are_not_there_are_a_warning) {
  Item x = item("x", "text");
  EXPECT_FALSE(find(x.info.path, {"http://127.0.0.1:1/", "file:///nonexistent"}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("http://127.0.0.1:1: "));
}

TEST_F(Substitutes, need_an_address_that_makes_sense) {
  Item x = item("x", "text");
  for (const char* url : {"", "/srv", "ftp://example.org", "javascript:"})
    EXPECT_THROW(find(x.info.path, {url}), Error) << url;
}

TEST_F(Substitutes, that_are_something_else_than_announced_are_not_taken) {
  Item x = item("x", "text");
  x.nar = item("x", "tent").nar;
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_THAT(failure(x, {directory(files)}), HasSubstr("hash mismatch"));
}

TEST_F(Substitutes, that_were_cut_short_are_not_taken) {
  for (const char* compression : {"none", "gzip", "lzip", "zstd"}) {
    Item x = item("x", std::string(100000, 'x'));
    x.info.archives.front().compression = compression;
    if (std::string_view(compression) != "none") x.nar = compressed(compression, x.nar);
    x.nar.resize(x.nar.size() - 20);
    ServerFiles files;
    put(files, x, &key_);
    failure(x, {directory(files)});
  }
}

TEST_F(Substitutes, that_are_larger_than_announced_are_left_early) {
  Item x = item("x", std::string(100000, 'x'));
  x.info.nar_size = 1000;
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_THAT(failure(x, {directory(files)}), HasSubstr("more than the 1000 bytes"));
}

TEST_F(Substitutes, that_are_smaller_than_announced_are_not_taken) {
  Item x = item("x", "text");
  x.info.nar_size += 1;
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_THAT(failure(x, {directory(files)}), HasSubstr("announced"));
}

TEST_F(Substitutes, that_something_follows_are_not_taken) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, &key_);
  files["nar/x"] += "more";
  failure(x, {directory(files)});
}

TEST_F(Substitutes, of_impossible_size_are_described_but_not_taken) {
  Item x = item("x", "text");
  x.info.nar_size = (std::uint64_t{1} << 63) + 100;
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_EQ(find(x.info.path, {directory(files)})->info().nar_size, x.info.nar_size);
  EXPECT_THAT(failure(x, {directory(files)}), HasSubstr("no archive can have"));
}

TEST_F(Substitutes, whose_archive_is_gone_say_where_it_should_have_been) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, &key_);
  files.erase("nar/x");
  WebServer server(answers(files));
  EXPECT_THAT(failure(x, {server.base()}), HasSubstr("404"));
}

TEST_F(Substitutes, whose_archive_is_outside_of_the_server_are_not_taken) {
  write(scratch("secret"), item("x", "text").nar);
  for (const std::string& url : {std::string("../secret"), std::string("nar/../../secret"),
                                 scratch("secret"), "file://" + scratch("secret")}) {
    Item x = item("x", "text");
    x.info.archives.front().url = url;
    ServerFiles files;
    files[narinfo_name(x.info.path)] = write_narinfo(x.info, &key_);
    WebServer server(answers(files));
    failure(x, {server.base()});
  }
}

TEST_F(Substitutes, that_refer_to_what_is_not_there_are_not_taken) {
  Item y = item("y", "text");
  Item x = item("x", "text", {y.info.path});
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_THAT(failure(x, {directory(files)}), HasSubstr("not valid"));
}

TEST_F(Substitutes, come_from_a_directory_or_over_the_network) {
  Item x = item("x", "text");
  Item y = item("y", "other", {x.info.path});
  ServerFiles files;
  put(files, x, &key_);
  put(files, y, &key_);
  fetch(x, {directory(files)});
  WebServer server(answers(files));
  fetch(y, {server.base() + "/"});
  PathInfo info = store_->path_info(y.info.path);
  EXPECT_EQ(info.nar_hash, y.info.nar_hash);
  EXPECT_EQ(info.nar_size, y.info.nar_size);
  EXPECT_EQ(info.references, StorePathSet{x.info.path});
  EXPECT_EQ(read_file(store_->physical(y.info.path)), "other");
  EXPECT_EQ(lstat_file(store_->physical(y.info.path)).st_mode & 0777, 0444u);
  EXPECT_EQ(lstat_file(store_->physical(y.info.path)).st_mtime, 1);
}

TEST_F(Substitutes, may_be_compressed_in_any_of_the_usual_ways) {
  for (const char* compression : {"gzip", "bzip2", "xz", "lzip", "zstd"}) {
    Item x = item(compression, std::string(300000, 'x') + compression);
    x.info.archives.front().compression = compression;
    x.nar = compressed(compression, x.nar);
    ServerFiles files;
    put(files, x, &key_);
    fetch(x, {directory(files)});
  }
}

TEST_F(Substitutes, whose_only_compression_is_unknown_are_not_offered) {
  Item x = item("x", "text");
  x.info.archives.front().compression = "rot13";
  ServerFiles files;
  put(files, x, &key_);
  EXPECT_FALSE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("compressed in an unknown way (rot13)"));
}

TEST_F(Substitutes, of_a_server_that_wants_to_be_asked_less_are_a_warning) {
  Item x = item("x", "text");
  WebServer server(WebServer::Answers{
      {"/" + narinfo_name(x.info.path), "HTTP/1.0 429 Oh\r\nContent-Length: 0\r\n\r\n"}});
  EXPECT_FALSE(find(x.info.path, {server.base()}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("429"));
}

TEST_F(Substitutes, of_a_server_that_does_not_say_which_store_it_is_for_are_a_warning) {
  Item x = item("x", "text");
  ServerFiles files;
  put(files, x, &key_);
  files["nix-cache-info"] = std::string(2 << 20, '\n');
  EXPECT_TRUE(find(x.info.path, {directory(files)}));
  EXPECT_THAT(reporter_.warnings, HasSubstr("the answer is too long"));
}

TEST_F(Substitutes, have_another_archive_when_one_is_bad) {
  Item x = item("x", "text");
  x.info.archives.insert(x.info.archives.begin(), {"nar/zstd/x", "zstd", {}});
  ServerFiles files;
  files[narinfo_name(x.info.path)] = write_narinfo(x.info, &key_);
  files["nar/zstd/x"] = "junk";
  files["nar/x"] = x.nar;
  fetch(x, {directory(files)});
}

TEST_F(Substitutes, come_from_the_next_server_when_one_fails) {
  Item x = item("x", "text");
  ServerFiles good;
  put(good, x, &key_);
  ServerFiles bad = good;
  bad["nar/x"] = "junk";
  fetch(x, {directory(bad, "bad"), directory(good, "good")});
}

TEST_F(Substitutes, do_not_come_from_a_server_that_promises_something_else) {
  Item x = item("x", "text");
  Item other = item("x", "tent");
  other.info.path = x.info.path;
  ServerFiles bad, different;
  put(bad, x, &key_);
  bad["nar/x"] = "junk";
  put(different, other, &key_);
  failure(x, {directory(bad, "bad"), directory(different, "different")});
}

TEST_F(Substitutes, come_from_an_unknown_server_if_a_known_one_promises_the_same) {
  Item x = item("x", "text");
  ServerFiles unknown, known;
  put(unknown, x, nullptr);
  put(known, x, &key_);
  known.erase("nar/x");
  fetch(x, {directory(unknown, "unknown"), directory(known, "known")});
}

TEST_F(Substitutes, are_all_believed_when_the_user_insists) {
  Item x = item("x", "text");
  x.info.nar_size = 1234;  // nothing vouches for it, and nothing depends on it
  ServerFiles files;
  put(files, x, nullptr);
  setenv("GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES", "yes", 1);
  fetch(x, {directory(files)});
  Item y = item("y", "text");
  y.nar = item("y", "tent").nar;
  ServerFiles corrupt;
  put(corrupt, y, nullptr);
  EXPECT_THAT(failure(y, {directory(corrupt)}), HasSubstr("hash mismatch"));
  unsetenv("GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES");
}

TEST_F(Substitutes, are_described_before_they_are_fetched) {
  Item y = item("y", "text");
  Item x = item("x", "text", {y.info.path});
  x.info.deriver = StorePath("/gnu/store/cccccccccccccccccccccccccccccccc-x.drv");
  ServerFiles files;
  put(files, x, &key_);
  SubstituteInfo info = find(x.info.path, {directory(files)})->info();
  EXPECT_EQ(info.path, x.info.path);
  EXPECT_EQ(info.deriver, x.info.deriver);
  EXPECT_EQ(info.references, x.info.references);
  EXPECT_EQ(info.download_size, x.nar.size());
  EXPECT_EQ(info.nar_size, x.info.nar_size);
}

TEST_F(Substitutes, share_large_files_with_the_rest_of_the_store) {
  std::string text(20000, 'x');
  StorePath there = register_tree(*store_, "there", text);
  Item x = item("x", text);
  ServerFiles files;
  put(files, x, &key_);
  fetch(x, {directory(files)});
  EXPECT_EQ(lstat_file(store_->physical(x.info.path)).st_ino,
            lstat_file(store_->physical(there) + "/file").st_ino);
}

}  // namespace
}  // namespace nacre
