// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "transfer/curl_handle.hpp"
#include "transfer/libcurl.hpp"

namespace nacre {

/// Transfers that go on side by side in one thread, over shared connections. Not thread-safe.
class CurlMulti {
 public:
  CurlMulti();

  /// Has a handle (borrowed) take part as long as this lives.
  class Transfer {
   public:
    Transfer(CurlMulti& multi, CurlHandle& handle);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

   private:
    CURLM* multi_;
    CURL* handle_;
  };

  /// Does what can be done at once, then calls `on_end` for each transfer that has ended.
  using OnEnd = std::function<void(CURL* handle, CURLcode result)>;
  void perform(const OnEnd& on_end);
  /// Waits, but not long, until there is something to do.
  void wait();

 private:
  std::unique_ptr<CURLM, FreeWith<curl_multi_cleanup>> multi_;
};

}  // namespace nacre
