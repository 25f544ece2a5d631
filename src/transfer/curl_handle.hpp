// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "transfer/libcurl.hpp"

namespace nacre {

/// Whether a server has to show who it is.
enum class Certificates {
  verified,
  ignored,  ///< for what is accepted by its hash or its signature alone
};

/// One libcurl transfer, set up as all of ours are: it follows redirections, gives up when nothing
/// comes, and verifies the certificates of servers by default. Not thread-safe.
class CurlHandle {
 public:
  /// `protocols` ("http,https") are the ones to speak; redirections lead to http, https and ftp at
  /// most.
  explicit CurlHandle(const std::string& protocols,
                      Certificates certificates = Certificates::verified);
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  template <typename Value>
  void set(CURLoption option, Value value) {
    CURLcode result = curl_easy_setopt(curl_.get(), option, value);
    if (result != CURLE_OK) throw Error("libcurl: {}", curl_easy_strerror(result));
  }

  CURL* get() const { return curl_.get(); }
  long http_status() const;
  /// What went wrong, for people.
  std::string describe(CURLcode result) const;
  /// Forgets the last message; before a new attempt.
  void forget_message() { message_[0] = 0; }

 private:
  std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>> curl_;
  char message_[CURL_ERROR_SIZE] = {};
};

}  // namespace nacre
