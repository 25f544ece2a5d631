// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/download.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "transfer/curl_handle.hpp"
#include "transfer/curl_multi.hpp"

namespace nacre {
namespace {

constexpr std::string_view file_scheme = "file://";
/// How much may wait to be read before the server has to wait.
constexpr std::size_t most_buffered = std::size_t{1} << 20;

/// A transfer that goes on while somebody reads from it.
class HttpSource : public Source {
 public:
  HttpSource(const std::string& address, DownloadProgress on_progress)
      : on_progress_(std::move(on_progress)),
        curl_("http,https", Certificates::ignored),
        transfer_(multi_, curl_) {
    curl_.set(CURLOPT_URL, address.c_str());
    curl_.set(CURLOPT_WRITEFUNCTION, take_block);
    curl_.set(CURLOPT_WRITEDATA, this);
  }

  std::size_t read(char* buffer, std::size_t size) override {
    while (begin_ == buffer_.size() && !ended_) receive();
    std::size_t count = std::min(size, buffer_.size() - begin_);
    if (count == 0) return 0;
    std::memcpy(buffer, buffer_.data() + begin_, count);
    begin_ += count;
    return count;
  }

 private:
  void receive() {
    check_interrupted();
    buffer_.clear();
    begin_ = 0;
    if (std::exchange(paused_, false)) curl_easy_pause(curl_.get(), CURLPAUSE_CONT);
    multi_.perform([&](CURL*, CURLcode result) {
      ended_ = true;
      if (result != CURLE_OK) throw Error("{}", curl_.describe(result));
    });
    if (buffer_.empty() && !ended_) multi_.wait();
    if (on_progress_) on_progress_(received_, total());
  }

  std::uint64_t total() const {
    curl_off_t total = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
    return total > 0 ? static_cast<std::uint64_t>(total) : 0;
  }

  static std::size_t take_block(char* data, std::size_t, std::size_t size, void* argument) {
    auto& self = *static_cast<HttpSource*>(argument);
    if (self.buffer_.size() + size > most_buffered && !self.buffer_.empty()) {
      self.paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    self.buffer_.append(data, size);
    self.received_ += size;
    return size;
  }

  DownloadProgress on_progress_;
  CurlMulti multi_;
  CurlHandle curl_;
  CurlMulti::Transfer transfer_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t received_ = 0;
  bool paused_ = false;
  bool ended_ = false;
};

/// A regular file; others could block, or never end.
UniqueFd open_regular_file(const std::string& file) {
  UniqueFd fd = open_file(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) throw_errno(fmt::format("reading '{}'", file));
  if (!S_ISREG(status.st_mode)) throw Error("'{}' is not a regular file", file);
  return fd;
}

class FileSource : public Source {
 public:
  FileSource(const std::string& file, DownloadProgress on_progress)
      : on_progress_(std::move(on_progress)), fd_(open_regular_file(file)), source_(fd_.get()) {
    struct stat status {};
    if (fstat(fd_.get(), &status) == 0) total_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::size_t read(char* buffer, std::size_t size) override {
    check_interrupted();
    std::size_t count = source_.read(buffer, size);
    done_ += count;
    if (on_progress_) on_progress_(done_, total_);
    return count;
  }

 private:
  DownloadProgress on_progress_;
  UniqueFd fd_;
  FdSource source_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (text.size() - i < 3) throw Error("'{}' ends in the middle of a character", text);
    result += base16_decode(text.substr(i + 1, 2));
    i += 2;
  }
  return result;
}

}  // namespace

std::string file_of_address(const std::string& address) {
  std::string_view rest = std::string_view(address).substr(file_scheme.size());
  constexpr std::string_view local_host = "localhost";
  if (rest.starts_with(local_host)) rest.remove_prefix(local_host.size());
  std::string file = percent_decoded(rest);
  if (!file.starts_with('/') || file.find('\0') != std::string::npos)
    throw Error("'{}' names no file of this machine", address);
  return file;
}

std::unique_ptr<Source> open_download(const std::string& address, DownloadProgress on_progress) {
  if (address.starts_with(file_scheme))
    return std::make_unique<FileSource>(file_of_address(address), std::move(on_progress));
  return std::make_unique<HttpSource>(address, std::move(on_progress));
}

}  // namespace nacre
