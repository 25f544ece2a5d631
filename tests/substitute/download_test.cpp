// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/download.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "builds/web_server.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

std::string download(const std::string& address) {
  auto source = open_download(address, {});
  std::string text;
  char buffer[5000];
  while (std::size_t count = source->read(buffer, sizeof buffer)) text.append(buffer, count);
  return text;
}

std::string refusal(const std::string& address) {
  try {
    download(address);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "was there";
  return {};
}

std::string large_text() {
  std::string text;
  for (int i = 0; text.size() < (8u << 20); ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(Download, of_what_is_not_there_is_an_error) {
  WebServer server(WebServer::Answers{});
  EXPECT_THAT(refusal(server.base() + "/x"), HasSubstr("404"));
  EXPECT_THROW(download("file:///nonexistent/x"), Error);
  EXPECT_THROW(download("http://127.0.0.1:1/x"), Error);
  EXPECT_THROW(download("ftp://127.0.0.1/x"), Error);
}

TEST(Download, that_ends_too_early_is_an_error) {
  WebServer server(WebServer::Answers{{"/x", "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nshort"}});
  refusal(server.base() + "/x");
}

TEST(Download, is_not_led_from_the_network_to_a_file_of_this_machine) {
  WebServer server(
      WebServer::Answers{{"/x", "HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n"}});
  refusal(server.base() + "/x");
}

TEST(Download, takes_regular_files_only) {
  TemporaryDirectory directory("nacre-download-test");
  mkfifo((directory.path() + "/pipe").c_str(), 0600);
  EXPECT_THAT(refusal("file://" + directory.path() + "/pipe"), HasSubstr("regular"));
  EXPECT_THAT(refusal("file://" + directory.path()), HasSubstr("regular"));
  EXPECT_THAT(refusal("file:///dev/zero"), HasSubstr("regular"));
}

TEST(Download, that_nobody_reads_to_the_end_can_be_left) {
  WebServer server(WebServer::Answers{{"/x", WebServer::file(large_text())}});
  auto source = open_download(server.base() + "/x", {});
  char byte = 0;
  EXPECT_EQ(source->read(&byte, 1), 1u);
}

TEST(Download, gives_what_is_there_and_tells_how_far_it_is) {
  const std::string text = large_text();
  WebServer server(WebServer::Answers{{"/moved", "HTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n"},
                                      {"/x", WebServer::file(text)}});
  EXPECT_EQ(download(server.base() + "/moved"), text);
  std::uint64_t last = 0, all = 0;
  auto source = open_download(server.base() + "/x", [&](std::uint64_t done, std::uint64_t total) {
    last = done;
    all = total;
  });
  std::string rest(text.size(), '\0');
  source->read_exactly(rest.data(), rest.size());
  EXPECT_EQ(last, text.size());
  EXPECT_EQ(all, text.size());
}

TEST(FileAddress, names_a_file_of_this_machine) {
  EXPECT_EQ(file_of_address("file:///a/b%20c"), "/a/b c");
  EXPECT_EQ(file_of_address("file://localhost/a"), "/a");
  for (const char* address :
       {"file://host/a", "file://", "file:///a%00b", "file:///a%2", "file:///%zz"})
    EXPECT_THROW(file_of_address(address), Error) << address;
}

TEST(SmallFiles, come_in_order_and_say_what_is_missing) {
  WebServer::Answers answers;
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) {
    names.push_back("/" + std::to_string(i));
    if (i % 3 != 0) answers[names.back()] = WebServer::file("contents " + std::to_string(i));
  }
  answers["/1"] = "HTTP/1.0 500 Oh\r\nContent-Length: 0\r\n\r\n";
  answers["/2"] = WebServer::file(std::string(3 << 20, 'x'));
  WebServer server(answers);
  std::vector<std::string> addresses;
  for (const auto& name : names) addresses.push_back(server.base() + name);
  std::vector<SmallFile> files = fetch_small_files(addresses);
  ASSERT_EQ(files.size(), addresses.size());
  EXPECT_EQ(files[0].state, SmallFile::State::absent);
  EXPECT_EQ(files[1].state, SmallFile::State::failed);
  EXPECT_EQ(files[2].state, SmallFile::State::failed);
  for (std::size_t i = 3; i < files.size(); ++i) {
    EXPECT_EQ(files[i].state, i % 3 != 0 ? SmallFile::State::found : SmallFile::State::absent);
    EXPECT_EQ(files[i].text == "contents " + std::to_string(i), i % 3 != 0);
  }
}

TEST(SmallFiles, of_a_server_that_is_not_there_all_fail) {
  std::vector<std::string> addresses(500, "http://127.0.0.1:1/x");
  for (const auto& file : fetch_small_files(addresses)) {
    EXPECT_EQ(file.state, SmallFile::State::failed);
    EXPECT_FALSE(file.failure.empty());
  }
}

TEST(SmallFiles, say_why_they_did_not_come) {
  WebServer server({{"/large", WebServer::file(std::string(100, 'x'))},
                    {"/denied", "HTTP/1.0 401 Oh\r\nContent-Length: 0\r\n\r\n"},
                    {"/not-to-us", "HTTP/1.0 403 Oh\r\nContent-Length: 0\r\n\r\n"}});
  const auto files = fetch_small_files(
      {server.base() + "/large", server.base() + "/denied", server.base() + "/not-to-us"},
      {.size = 99});
  EXPECT_THAT(files[0].failure, HasSubstr("the answer is too long"));
  EXPECT_EQ(files[1].state, SmallFile::State::failed);
  EXPECT_THAT(files[1].failure, HasSubstr("401"));
  EXPECT_EQ(files[2].state, SmallFile::State::absent);
}

TEST(SmallFiles, are_not_asked_of_a_server_that_has_had_enough) {
  WebServer::Answers answers;
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i)
    answers["/" + std::to_string(i)] = "HTTP/1.0 429 Oh\r\nContent-Length: 0\r\n\r\n";
  answers["/199"] = WebServer::file("there");
  WebServer server(answers);
  for (int i = 0; i < 200; ++i) names.push_back(server.base() + "/" + std::to_string(i));
  const auto files = fetch_small_files(names);
  EXPECT_EQ(files.back().state, SmallFile::State::failed);
  EXPECT_THAT(files.back().failure, HasSubstr("429"));
}

TEST(SmallFiles, have_to_be_there_in_time) {
  DrippingServer server;
  using namespace std::chrono_literals;
  const auto files = fetch_small_files({"http://" + server.name() + "/x"}, {.time = 200ms});
  EXPECT_EQ(files[0].state, SmallFile::State::failed);
  EXPECT_THAT(files[0].failure, HasSubstr("timed out"));
}

TEST(SmallFiles, can_be_files_of_this_machine) {
  TemporaryDirectory directory("nacre-download-test");
  write_file_atomically(directory.path() + "/a", "text");
  std::string base = "file://" + directory.path();
  auto files = fetch_small_files({base + "/a", base + "/b", base});
  EXPECT_EQ(files[0].text, "text");
  EXPECT_EQ(files[1].state, SmallFile::State::absent);
  EXPECT_EQ(files[2].state, SmallFile::State::failed);
  EXPECT_TRUE(fetch_small_files({}).empty());
}

}  // namespace
}  // namespace nacre
