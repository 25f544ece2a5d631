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

constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr std::size_t most_at_once = 64;

bool is_unreachable(CURLcode result) {
  switch (result) {
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

SmallFile read_local(const std::string& address) {
  try {
    auto source = open_download(address, {});
    std::string text(largest_file + 1, '\0');
    std::size_t size = 0;
    while (std::size_t count = source->read(text.data() + size, text.size() - size)) size += count;
    if (size > largest_file) return {SmallFile::State::failed, {}, "it is too large"};
    text.resize(size);
    return {SmallFile::State::found, std::move(text), {}};
  } catch (const Interrupted&) {
    throw;
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
  explicit NetworkFiles(const std::vector<std::string>& addresses)
      : addresses_(addresses), results_(addresses.size()) {}

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
    Running(CurlMulti& multi, std::size_t index)
        : curl("http,https"), transfer(multi, curl), index(index) {}
    CurlHandle curl;
    CurlMulti::Transfer transfer;
    std::size_t index;
  };

  void start(std::size_t index) {
    auto running = std::make_unique<Running>(multi_, index);
    running->curl.set(CURLOPT_URL, addresses_[index].c_str());
    running->curl.set(CURLOPT_WRITEFUNCTION, take_block);
    running->curl.set(CURLOPT_WRITEDATA, &results_[index].text);
    CURL* handle = running->curl.get();
    running_.emplace(handle, std::move(running));
  }

  void finish(CURL* handle, CURLcode code) {
    const Running& running = *running_.at(handle);
    SmallFile& result = results_[running.index];
    long status = running.curl.http_status();
    if (code == CURLE_OK) {
      result.state = SmallFile::State::found;
    } else if (code == CURLE_HTTP_RETURNED_ERROR && status >= 400 && status < 500) {
      result.state = SmallFile::State::absent;
    } else {
      result.failure = running.curl.describe(code);
      if (is_unreachable(code)) unreachable_ = result.failure;
    }
    running_.erase(handle);
  }

  static std::size_t take_block(char* data, std::size_t, std::size_t size, void* argument) {
    auto& text = *static_cast<std::string*>(argument);
    if (text.size() + size > largest_file) return CURL_WRITEFUNC_ERROR;
    text.append(data, size);
    return size;
  }

  const std::vector<std::string>& addresses_;
  std::vector<SmallFile> results_;
  CurlMulti multi_;
  std::map<CURL*, std::unique_ptr<Running>> running_;
  std::size_t next_ = 0;
  std::string unreachable_;  ///< why, once that is known
};

}  // namespace

std::vector<SmallFile> fetch_small_files(const std::vector<std::string>& addresses) {
  if (addresses.empty() || !addresses.front().starts_with("file://"))
    return NetworkFiles(addresses).get();
  std::vector<SmallFile> results;
  for (const auto& address : addresses) {
    check_interrupted();
    results.push_back(read_local(address));
  }
  return results;
}

}  // namespace nacre
