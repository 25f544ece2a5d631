// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/tar_index.hpp"
#include "base/error.hpp"
#include "registry/url.hpp"
#include "transfer/curl_handle.hpp"

namespace nacre::registry {

/// Bytes that can be read again and again, from wherever they are.
struct Contents {
  std::uint64_t size = 0;
  ReadAt read;

  static Contents of(std::string text);
  /// The `size` bytes that begin at `offset`, which are there.
  Contents slice(std::uint64_t offset, std::uint64_t size) const;
};

struct Request {
  Request(std::string method, Url url) : method(std::move(method)), url(std::move(url)) {}

  std::string method;  ///< "GET", "HEAD", "POST", "PUT", "PATCH"
  Url url;
  std::vector<std::string> headers{};            ///< "NAME: VALUE", without control characters
  Contents body{};                               ///< with POST, PUT and PATCH
  std::function<void(std::uint64_t)> on_sent{};  ///< gets how much of the body went out
};

struct Response {
  long status = 0;
  std::string body;                                 ///< up to `largest_answer`
  std::multimap<std::string, std::string> headers;  ///< names in lower case

  std::string header(const std::string& name) const;  ///< the first; empty if there is none
};

inline constexpr std::size_t largest_answer = std::size_t{4} << 20;

/// No answer came, or only a part of one.
class TransferError : public Error {
 public:
  enum class Kind {
    unreachable,  ///< no such host, or nobody listens there
    no_tls,       ///< the server does not speak TLS
    certificate,  ///< the server does not show who it is
    passing,      ///< broke off; may work the next time
    other,
  };
  TransferError(Kind kind, const std::string& message) : Error(message), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// How long a server may take to put away what it was sent, and to answer.
inline constexpr std::chrono::minutes default_patience{5};

/// Speaks HTTP with one server after the other, over connections that it keeps. Follows no
/// redirection and knows of no credentials. An interrupt ends a request: at once, or, if it has a
/// body, when it was sent, but within three seconds. Not thread-safe.
class HttpClient {
 public:
  /// Without `verify_tls`, anybody's certificate will do.
  HttpClient(bool verify_tls, std::chrono::milliseconds patience);

  /// Does one request. TransferError if there is no whole answer, or not in time, or one that is
  /// longer than `largest_answer`; Interrupted.
  Response perform(const Request& request);

 private:
  struct Exchange;

  CurlHandle curl_;
  std::chrono::milliseconds patience_;
};

}  // namespace nacre::registry
