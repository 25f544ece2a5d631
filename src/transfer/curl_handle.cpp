// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfer/curl_handle.hpp"

#include <mutex>

namespace nacre {
namespace {

constexpr long connect_seconds = 20;
constexpr long stalled_seconds = 60;
constexpr long most_redirections = 10;

CURL* make_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

}  // namespace

CurlHandle::CurlHandle(const std::string& protocols, Certificates certificates)
    : curl_(make_handle()) {
  if (!curl_) throw Error("libcurl cannot be used");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, most_redirections);
  set(CURLOPT_PROTOCOLS_STR, protocols.c_str());
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp");
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, stalled_seconds);
  set(CURLOPT_USERAGENT, "nacre");
  const bool verified = certificates == Certificates::verified;
  set(CURLOPT_SSL_VERIFYPEER, verified ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, verified ? 2L : 0L);
  set(CURLOPT_ERRORBUFFER, message_);
}

long CurlHandle::http_status() const {
  long status = 0;
  curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::string CurlHandle::describe(CURLcode result) const {
  return message_[0] ? message_ : curl_easy_strerror(result);
}

}  // namespace nacre
