// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/files.hpp"

namespace nacre {

/// Accepts connections on the loopback interface and sends a byte now and then, for ever.
class DrippingServer {
 public:
  DrippingServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_.get(), 8), 0);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    name_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~DrippingServer() {
    ended_ = true;
    thread_.join();
  }
  const std::string& name() const { return name_; }  ///< "HOST:PORT"

 private:
  void serve() {
    std::vector<UniqueFd> clients;
    const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
    while (!ended_) {
      pollfd ready{socket_.get(), POLLIN, 0};
      if (poll(&ready, 1, 20) > 0) {
        clients.emplace_back(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        send(clients.back().get(), head.data(), head.size(), MSG_NOSIGNAL);
      }
      for (const UniqueFd& client : clients) send(client.get(), "A", 1, MSG_NOSIGNAL);
    }
  }

  UniqueFd socket_;
  std::string name_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

/// Answers every request on the loopback interface with what is written for its path, or 404.
class WebServer {
 public:
  using Answers = std::map<std::string, std::string>;
  explicit WebServer(Answers answers)
      : answers_(std::move(answers)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_.get(), 8), 0);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    base_ = fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~WebServer() {
    shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }
  const std::string& base() const { return base_; }

  /// An answer that holds a file.
  static std::string file(const std::string& contents) {
    return fmt::format("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{}", contents.size(),
                       contents);
  }

 private:
  void serve() {
    while (true) {
      UniqueFd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      std::string request(4096, '\0');
      ssize_t size = read(client.get(), request.data(), request.size());
      request.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
      std::size_t start = std::min(request.size(), std::string("GET ").size());
      std::string path = request.substr(start, request.find(' ', start) - start);
      auto answer = answers_.find(path);
      std::string text = answer != answers_.end()
                             ? answer->second
                             : "HTTP/1.0 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
      while (!text.empty()) {
        ssize_t count = send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (count < 0) break;  // the client has seen enough
        text.erase(0, static_cast<std::size_t>(count));
      }
    }
  }

  Answers answers_;
  UniqueFd socket_;
  std::string base_;
  std::thread thread_;
};

}  // namespace nacre
