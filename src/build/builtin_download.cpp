// SPDX-License-Identifier: GPL-3.0-or-later
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "build/address_list.hpp"
#include "build/builtins.hpp"
#include "build/debian_mirror.hpp"

namespace nacre {
namespace {

constexpr long connect_seconds = 20;
constexpr long stalled_seconds = 60;
constexpr long most_redirections = 10;
constexpr int attempts_per_address = 2;

std::size_t write_block(char* data, std::size_t, std::size_t size, void* argument) {
  try {
    write_fully(*static_cast<int*>(argument), {data, size});
    return size;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return CURL_WRITEFUNC_ERROR;
  }
}

int report_progress(void* argument, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  const auto& context = *static_cast<const BuiltinContext*>(argument);
  if (done > 0)
    context.progress(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total));
  return 0;
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

/// Gets files by libcurl, one after the other.
class Fetcher {
 public:
  explicit Fetcher(const BuiltinContext& context)
      : context_(context), curl_(curl_easy_init(), &curl_easy_cleanup) {
    if (!curl_) throw Error(std::string("libcurl cannot be used"));
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, most_redirections);
    set(CURLOPT_PROTOCOLS_STR, "http,https,ftp,file");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https,ftp");
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, stalled_seconds);
    set(CURLOPT_USERAGENT, "nacre");
    // What comes is accepted by its hash alone.
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_WRITEFUNCTION, write_block);
    set(CURLOPT_XFERINFOFUNCTION, report_progress);
    set(CURLOPT_XFERINFODATA, &context_);
    set(CURLOPT_NOPROGRESS, 0L);
  }

  /// Nothing, or why it did not work.
  std::string fetch(const std::string& address, const std::string& file) {
    set(CURLOPT_URL, address.c_str());
    for (int attempt = 1;; ++attempt) {
      UniqueFd fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
      int descriptor = fd.get();
      set(CURLOPT_WRITEDATA, &descriptor);
      message_[0] = 0;
      CURLcode result = curl_easy_perform(curl_.get());
      if (result == CURLE_OK) return {};
      long status = 0;
      curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
      if (attempt < attempts_per_address && is_passing(result, status)) continue;
      return message_[0] ? message_ : curl_easy_strerror(result);
    }
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    CURLcode result = curl_easy_setopt(curl_.get(), option, value);
    if (result != CURLE_OK) throw Error("libcurl: {}", curl_easy_strerror(result));
  }

  const BuiltinContext& context_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  char message_[CURL_ERROR_SIZE] = {};
};

/// One download: its addresses until one gives the right file.
class Download {
 public:
  explicit Download(const BuiltinContext& context)
      : context_(context), file_(context.outputs.at("out")), fetcher_(context) {}

  void run() {
    for (const auto& address : parse_address_list(context_.variable("url"))) {
      std::printf("fetching %s\n", address.c_str());
      std::fflush(stdout);
      std::string failure = fetch(address);
      if (!failure.empty()) {
        std::printf("%s: %s\n", address.c_str(), failure.c_str());
        unlink(file_.c_str());
        continue;
      }
      finish_file();
      if (is_expected()) return;
      std::printf("%s: not the file with the expected hash\n", address.c_str());
    }
    // A file with another hash stays, for the error to show the hash it has.
    if (!path_exists(file_)) throw Error(std::string("none of the addresses gave the file"));
  }

 private:
  std::string fetch(const std::string& address) {
    constexpr std::string_view debian = "mirror://debian/";
    if (address.starts_with(debian)) {
      return fetch_from_debian(
          std::string_view(address).substr(debian.size()), file_,
          [this](const std::string& other) { return fetcher_.fetch(other, file_); });
    }
    return fetcher_.fetch(address, file_);
  }

  /// Before it is hashed: the hash may tell programs from other files.
  void finish_file() {
    if (context_.derivation.variable("executable") != "1") return;
    if (chmod(file_.c_str(), 0755) < 0) throw_errno(file_);
  }

  bool is_expected() const {
    const DerivationOutput& output = context_.derivation.outputs.at("out");
    if (!output.hash)
      throw Error(std::string("only a derivation with a fixed output may download"));
    HashAlgorithm algorithm = output.hash->algorithm;
    Hash hash = output.recursive ? hash_nar(file_, algorithm).hash : hash_file(algorithm, file_);
    return hash == *output.hash;
  }

  const BuiltinContext& context_;
  std::string file_;
  Fetcher fetcher_;
};

}  // namespace

void build_download(const BuiltinContext& context) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Download(context).run();
}

}  // namespace nacre
