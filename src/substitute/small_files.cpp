// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "substitute/download.hpp"
#include "transfer/curl_handle.hpp"
#include "transfer/curl_multi.hpp"

namespace nacre {
namespace {

constexpr std::size_t most_at_once = 64;
constexpr long forbidden = 403, not_found = 404, gone = 410, too_many_requests = 429;

/// Some storages answer 403 for what they do not have.
bool means_absent(long status) {
  return status == not_found || status == gone || status == forbidden;
}

/// Whether the server's other files cannot be had either.
bool is_unreachable(CURLcode result, long status) {
  switch (result) {
    case CURLE_HTTP_RETURNED_ERROR:
      return status == too_many_requests;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return true;
    default:
      return false;
  }
}

std::string too_long(const SmallFileLimits& limits) {
  return fmt::format("the answer is too long: more than {} bytes", limits.size);
}

SmallFile read_local(const std::string& address, const SmallFileLimits& limits) {
  try {
    auto source = open_download(address, {});
    std::string text(limits.size + 1, '\0');
    std::size_t size = 0;
    while (std::size_t count = source->read(text.data() + size, text.size() - size)) size += count;
    if (size > limits.size) return {SmallFile::State::failed, {}, too_long(limits)};
    text.resize(size);
    return {SmallFile::State::found, std::move(text), {}};
  } catch (const SystemError& error) {
    if (error.code() == ENOENT || error.code() == ENOTDIR)
      return {SmallFile::State::absent, {}, {}};
    return {SmallFile::State::failed, {}, error.what()};
  } catch (const Error& error) {
    return {SmallFile::State::failed, {}, error.what()};
  }
}

class NetworkFiles {
 public:
  NetworkFiles(const std::vector<std::string>& addresses, const SmallFileLimits& limits)
      : addresses_(addresses), limits_(limits), results_(addresses.size()) {}

  std::vector<SmallFile> get() {
    while (true) {
      check_interrupted();
      while (unreachable_.empty() && next_ < addresses_.size() && running_.size() < most_at_once)
        start(next_++);
      if (running_.empty()) break;
      multi_.perform([this](CURL* handle, CURLcode result) { finish(handle, result); });
      if (!running_.empty()) multi_.wait();
    }
    for (; next_ < addresses_.size(); ++next_) results_[next_].failure = unreachable_;
    return std::move(results_);
  }

 private:
  struct Running {
    Running(CurlMulti& multi, std::size_t index, std::size_t largest)
        : curl("http,https", Certificates::ignored),
          transfer(multi, curl),
          index(index),
          largest(largest) {}
    CurlHandle curl;
    CurlMulti::Transfer transfer;
    std::size_t index;
    std::size_t largest;
    std::string text{};
    bool is_too_long = false;
  };

  void start(std::size_t index) {
    auto running = std::make_unique<Running>(multi_, index, limits_.size);
    running->curl.set(CURLOPT_URL, addresses_[index].c_str());
    running->curl.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.time.count()));
    running->curl.set(CURLOPT_WRITEFUNCTION, take_block);
    running->curl.set(CURLOPT_WRITEDATA, running.get());
    CURL* handle = running->curl.get();
    running_.emplace(handle, std::move(running));
  }

  void finish(CURL* handle, CURLcode code) {
    Running& running = *running_.at(handle);
    SmallFile& result = results_[running.index];
    long status = running.curl.http_status();
    if (code == CURLE_OK) {
      result.state = SmallFile::State::found;
      result.text = std::move(running.text);
    } else if (code == CURLE_HTTP_RETURNED_ERROR && means_absent(status)) {
      result.state = SmallFile::State::absent;
    } else {
      result.failure = running.is_too_long ? too_long(limits_) : running.curl.describe(code);
      if (is_unreachable(code, status)) unreachable_ = result.failure;
    }
    running_.erase(handle);
  }

  static std::size_t take_block(char* data, std::size_t, std::size_t size, void* argument) {
    auto& self = *static_cast<Running*>(argument);
    self.is_too_long = self.text.size() + size > self.largest;
    if (self.is_too_long) return CURL_WRITEFUNC_ERROR;
    self.text.append(data, size);
    return size;
  }

  const std::vector<std::string>& addresses_;
  const SmallFileLimits& limits_;
  std::vector<SmallFile> results_;
  CurlMulti multi_;
  std::map<CURL*, std::unique_ptr<Running>> running_;
  std::size_t next_ = 0;
  std::string unreachable_;  ///< why, once that is known
};

}  // namespace

std::vector<SmallFile> fetch_small_files(const std::vector<std::string>& addresses,
                                         const SmallFileLimits& limits) {
  if (addresses.empty() || !addresses.front().starts_with("file://"))
    return NetworkFiles(addresses, limits).get();
  std::vector<SmallFile> results;
  for (const auto& address : addresses) {
    check_interrupted();
    results.push_back(read_local(address, limits));
  }
  return results;
}

}  // namespace nacre
