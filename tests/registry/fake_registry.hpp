// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace nacre::registry {

/// A registry on the loopback interface, in memory, that can be told to misbehave. One request for
/// each connection. It keeps what it got of a piece that broke off, as the protocol has it.
class FakeRegistry {
 public:
  FakeRegistry() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_.get(), 16), 0);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    name_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeRegistry() {
    shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }

  const std::string& name() const { return name_; }

  // What it does wrong; set before it is asked.
  std::size_t break_after = 0;   ///< bytes of a piece, once; then the connection ends
  bool forgets_uploads = false;  ///< when a piece broke off
  int failures = 0;              ///< requests to answer with 503 first
  bool keeps_referrers = false;
  std::string greeting = answer(200);
  std::string redirect_blobs_to;  ///< an address
  std::string location_prefix;    ///< of uploads

  // What it has and saw.
  std::map<std::string, std::string> blobs;        ///< by digest
  std::map<std::string, std::string> other_blobs;  ///< of repository b
  std::map<std::string, std::string> manifests;    ///< by tag or digest
  std::vector<std::string> requests;               ///< "METHOD PATH", in order
  std::string heads;                               ///< all headers
  std::size_t body_bytes = 0;                      ///< of uploads, in all

  std::size_t count(const std::string& start) const {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [&](const std::string& request) { return request.starts_with(start); }));
  }

  static std::string answer(int status, const std::string& headers = "",
                            const std::string& body = "") {
    return fmt::format("HTTP/1.1 {} X\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{}",
                       status, headers, body.size(), body);
  }

 private:
  struct Asked {
    std::string method;
    std::string path;  ///< after "/v2/NAME/"
    std::string head;
    std::string body;
    bool is_whole = true;
  };

  void serve() {
    while (true) {
      UniqueFd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      Asked asked;
      if (!receive(client.get(), asked)) continue;
      requests.push_back(asked.method + " " + asked.path);
      heads += asked.head;
      std::string text = answer_to(asked);
      if (!asked.is_whole) continue;
      while (!text.empty()) {
        ssize_t count = send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0) break;
        text.erase(0, static_cast<std::size_t>(count));
      }
    }
  }

  /// False for what is no HTTP: somebody tries TLS.
  bool receive(int client, Asked& asked) {
    std::string bytes;
    std::size_t end = std::string::npos;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
      if (!read_more(client, bytes) || !std::isupper(static_cast<unsigned char>(bytes[0])))
        return false;
    asked.head = bytes.substr(0, end + 4);
    asked.body = bytes.substr(end + 4);
    asked.method = bytes.substr(0, bytes.find(' '));
    const std::size_t begin = bytes.find(' ') + 1;
    asked.path = bytes.substr(begin, bytes.find(' ', begin) - begin);
    if (asked.path.starts_with("/v2/a/")) asked.path.erase(0, 6);
    const std::size_t length = content_length(asked.head);
    const bool breaks = break_after > 0 && asked.method != "GET" && length > break_after;
    const std::size_t wanted = breaks ? break_after : length;
    while (asked.body.size() < wanted && read_more(client, asked.body)) continue;
    if (breaks) {
      asked.body.resize(wanted);
      asked.is_whole = false;
      break_after = 0;
    }
    return true;
  }

  static bool read_more(int client, std::string& bytes) {
    char buffer[65536];
    const ssize_t count = read(client, buffer, sizeof buffer);
    if (count > 0) bytes.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  static std::size_t content_length(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  std::string answer_to(const Asked& asked) {
    if (asked.path == "/v2/")
      return asked.head.find("Authorization: Basic") == std::string::npos ? greeting : answer(200);
    if (failures > 0) {
      --failures;
      return answer(503, "Retry-After: 0\r\n");
    }
    if (asked.path.starts_with("blobs/uploads/")) return upload(asked);
    if (asked.path.starts_with("blobs/")) return blob(asked.path.substr(6));
    if (asked.path.starts_with("manifests/")) return manifest(asked, asked.path.substr(10));
    if (asked.path.starts_with("referrers/")) return answer(keeps_referrers ? 200 : 404);
    return answer(404);
  }

  std::string blob(const std::string& digest) const {
    if (!redirect_blobs_to.empty()) return answer(307, "Location: " + redirect_blobs_to + "\r\n");
    return answer(blobs.contains(digest) ? 200 : 404);
  }

  std::string upload(const Asked& asked) {
    body_bytes += asked.body.size();
    if (asked.method == "POST" && asked.path.find("from=b") != std::string::npos) {
      blobs.insert(other_blobs.begin(), other_blobs.end());
      return answer(other_blobs.empty() ? 403 : 201);
    }
    if (asked.method == "POST") {
      data_.clear();
      open_ = true;
      return answer(202, location());
    }
    if (!open_) return answer(404);
    if (asked.method == "GET") return answer(204, location() + range());
    if (asked.method == "PATCH" || asked.method == "PUT") data_ += asked.body;
    if (!asked.is_whole && forgets_uploads) open_ = false;
    if (asked.method == "PATCH" || !asked.is_whole) return answer(202, location() + range());
    const std::string digest = "sha256:" + hash_bytes(HashAlgorithm::sha256, data_).base16();
    if (asked.path.find(digest.substr(7)) == std::string::npos)
      return answer(400, "", R"({"errors":[{"code":"DIGEST_INVALID","message":"not it"}]})");
    blobs[digest] = data_;
    open_ = false;
    return answer(201);
  }

  std::string manifest(const Asked& asked, const std::string& tag) {
    if (asked.method == "PUT") {
      const std::string digest = "sha256:" + hash_bytes(HashAlgorithm::sha256, asked.body).base16();
      manifests[tag] = asked.body;
      manifests[digest] = asked.body;
      const bool lists = keeps_referrers && asked.body.find("\"subject\"") != std::string::npos;
      return answer(201, lists ? "OCI-Subject: x\r\n" : "");
    }
    const auto found = manifests.find(tag);
    if (found == manifests.end()) return answer(404);
    const std::string digest =
        "sha256:" + hash_bytes(HashAlgorithm::sha256, found->second).base16();
    const std::string headers = "Docker-Content-Digest: " + digest + "\r\n";
    if (asked.method == "GET") return answer(200, headers, found->second);
    return answer(200, headers);
  }

  std::string location() const {
    return "Location: " + location_prefix + "/v2/a/blobs/uploads/1?state=x\r\n";
  }
  std::string range() const {
    return fmt::format("Range: 0-{}\r\n", data_.empty() ? 0 : data_.size() - 1);
  }

  UniqueFd socket_;
  std::string name_;
  std::thread thread_;
  std::string data_;  ///< of the upload under way
  bool open_ = false;
};

}  // namespace nacre::registry
