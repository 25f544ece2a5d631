// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/fetcher.hpp"

#include <fcntl.h>

#include "base/files.hpp"

namespace nacre {
namespace {

constexpr int attempts_per_address = 2;

/// Where a download goes.
struct Target {
  int fd;
  std::string failure{};  ///< to write there
};

std::size_t write_block(char* data, std::size_t, std::size_t size, void* argument) {
  auto& target = *static_cast<Target*>(argument);
  try {
    write_fully(target.fd, {data, size});
    return size;
  } catch (const std::exception& error) {  // nothing may pass through C
    target.failure = error.what();
    return CURL_WRITEFUNC_ERROR;
  }
}

/// Whether the same address may well work the next moment.
bool is_passing(CURLcode result, long http_status) {
  switch (result) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
      return true;
    case CURLE_HTTP_RETURNED_ERROR:
      return http_status >= 500;
    default:
      return false;
  }
}

}  // namespace

Fetcher::Fetcher(OnProgress on_progress, Certificates certificates)
    : on_progress_(std::move(on_progress)), curl_("http,https,ftp,file", certificates) {
  curl_.set(CURLOPT_WRITEFUNCTION, write_block);
  curl_.set(CURLOPT_XFERINFOFUNCTION, report_progress);
  curl_.set(CURLOPT_XFERINFODATA, this);
  curl_.set(CURLOPT_NOPROGRESS, 0L);
}

int Fetcher::report_progress(void* fetcher, curl_off_t total, curl_off_t done, curl_off_t,
                             curl_off_t) {
  const auto& on_progress = static_cast<Fetcher*>(fetcher)->on_progress_;
  if (done > 0) on_progress(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total));
  return 0;
}

std::string Fetcher::fetch(const std::string& address, const std::string& file) {
  curl_.set(CURLOPT_URL, address.c_str());
  for (int attempt = 1;; ++attempt) {
    UniqueFd fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    Target target{fd.get()};
    curl_.set(CURLOPT_WRITEDATA, &target);
    curl_.forget_message();
    CURLcode result = curl_easy_perform(curl_.get());
    if (result == CURLE_OK) return {};
    if (!target.failure.empty()) return file + ": " + target.failure;
    if (attempt < attempts_per_address && is_passing(result, curl_.http_status())) continue;
    return curl_.describe(result);
  }
}

}  // namespace nacre
