// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "transfer/curl_handle.hpp"

namespace nacre {

/// Gets whole files (http, https, ftp, file), one after the other. Not thread-safe.
class Fetcher {
 public:
  using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

  /// Certificates matter where no hash is known.
  explicit Fetcher(OnProgress on_progress, Certificates certificates = Certificates::ignored);
  /// Writes what is at `address` to `file`. Nothing, or why it did not work.
  std::string fetch(const std::string& address, const std::string& file);

 private:
  static int report_progress(void* fetcher, curl_off_t total, curl_off_t done, curl_off_t,
                             curl_off_t);

  OnProgress on_progress_;
  CurlHandle curl_;
};

}  // namespace nacre
