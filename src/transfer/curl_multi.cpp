// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfer/curl_multi.hpp"

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr long most_connections = 16;
/// So that an interrupt is noticed.
constexpr int wait_milliseconds = 200;

void check(CURLMcode result) {
  if (result != CURLM_OK) throw Error("libcurl: {}", curl_multi_strerror(result));
}

}  // namespace

CurlMulti::CurlMulti() : multi_(curl_multi_init()) {
  if (!multi_) throw Error("libcurl cannot be used");
  check(curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, most_connections));
}

CurlMulti::Transfer::Transfer(CurlMulti& multi, CurlHandle& handle)
    : multi_(multi.multi_.get()), handle_(handle.get()) {
  check(curl_multi_add_handle(multi_, handle_));
}

CurlMulti::Transfer::~Transfer() {
  curl_multi_remove_handle(multi_, handle_);
}

void CurlMulti::perform(const OnEnd& on_end) {
  int running = 0;
  check(curl_multi_perform(multi_.get(), &running));
  int waiting = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &waiting)) {
    if (message->msg == CURLMSG_DONE) on_end(message->easy_handle, message->data.result);
  }
}

void CurlMulti::wait() {
  check(curl_multi_poll(multi_.get(), nullptr, 0, wait_milliseconds, nullptr));
}

}  // namespace nacre
