// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/http.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>

#include "base/interrupt.hpp"
#include "registry/answer.hpp"
#include "registry/reference.hpp"

namespace nacre::registry {
namespace {

using namespace std::chrono_literals;

constexpr auto grace = 3s;

struct FreeHeaders {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeHeaders>;

void append(HeaderList& list, const std::string& header) {
  curl_slist* longer = curl_slist_append(list.get(), header.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

TransferError::Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransferError::Kind::unreachable;
    case CURLE_SSL_CONNECT_ERROR:
      return TransferError::Kind::no_tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return TransferError::Kind::certificate;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return TransferError::Kind::passing;
    default:
      return TransferError::Kind::other;
  }
}

}  // namespace

/// What libcurl's callbacks need. They are called by C, through which no exception may pass.
struct HttpClient::Exchange {
  using Clock = std::chrono::steady_clock;

  const Request& request;
  std::chrono::milliseconds patience;
  Response response{};
  std::uint64_t position = 0;  ///< in the body
  std::exception_ptr failure{};
  std::string refusal{};  ///< why we ended the transfer
  std::optional<Clock::time_point> sent{};
  std::optional<Clock::time_point> interrupted{};

  static std::size_t send(char* buffer, std::size_t, std::size_t size, void* argument) {
    auto& self = *static_cast<Exchange*>(argument);
    const Contents& body = self.request.body;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(size, body.size - self.position));
    try {
      if (count > 0) body.read(self.position, buffer, count);
    } catch (...) {
      self.failure = std::current_exception();
      return CURL_READFUNC_ABORT;
    }
    self.position += count;
    return count;
  }

  static int seek(void* argument, curl_off_t offset, int origin) {
    auto& self = *static_cast<Exchange*>(argument);
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_CANTSEEK;
    self.position = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
  }

  static std::size_t receive(char* data, std::size_t, std::size_t size, void* argument) {
    auto& self = *static_cast<Exchange*>(argument);
    std::string& body = self.response.body;
    if (body.size() + size > largest_answer) {
      self.refusal = fmt::format("the answer is too long: more than {} bytes", largest_answer);
      return CURL_WRITEFUNC_ERROR;
    }
    body.append(data, size);
    return size;
  }

  static int go_on(void* argument, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
    auto& self = *static_cast<Exchange*>(argument);
    try {
      if (self.request.on_sent) self.request.on_sent(static_cast<std::uint64_t>(sent));
    } catch (...) {
      self.failure = std::current_exception();
      return 1;
    }
    const auto now = Clock::now();
    if (self.is_too_slow(now)) return 1;
    if (interrupt_signal() == 0) return 0;
    if (self.request.body.size == 0) return 1;
    if (!self.interrupted) self.interrupted = now;
    return now - *self.interrupted > grace ? 1 : 0;
  }

  /// A server that sends its answer byte by byte does not hold us for ever.
  bool is_too_slow(Clock::time_point now) {
    if (position < request.body.size) return false;
    if (!sent) sent = now;
    if (now - *sent <= patience) return false;
    refusal = fmt::format("the answer takes more than {:.0f} s",
                          std::chrono::duration<double>(patience).count());
    return true;
  }
};

Contents Contents::of(std::string text) {
  const std::uint64_t size = text.size();
  auto read = [text = std::move(text)](std::uint64_t offset, char* bytes, std::size_t count) {
    std::memcpy(bytes, text.data() + offset, count);
  };
  return {size, read};
}

Contents Contents::slice(std::uint64_t offset, std::uint64_t slice_size) const {
  auto read_slice = [whole = read, offset](std::uint64_t from, char* bytes, std::size_t count) {
    whole(offset + from, bytes, count);
  };
  return {slice_size, read_slice};
}

std::string Response::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpClient::HttpClient(bool verify_tls, std::chrono::milliseconds patience)
    : curl_("http,https", verify_tls ? Certificates::verified : Certificates::ignored),
      patience_(patience) {
  curl_.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl_.set(CURLOPT_FAILONERROR, 0L);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(patience);
  curl_.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds.count()));
  curl_.set(CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
  curl_.set(CURLOPT_READFUNCTION, &Exchange::send);
  curl_.set(CURLOPT_SEEKFUNCTION, &Exchange::seek);
  curl_.set(CURLOPT_WRITEFUNCTION, &Exchange::receive);
  curl_.set(CURLOPT_XFERINFOFUNCTION, &Exchange::go_on);
  curl_.set(CURLOPT_NOPROGRESS, 0L);
}

namespace {

bool has_body(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

HeaderList headers_of(const Request& request) {
  HeaderList list;
  append(list, "Expect:");  // an answer of 100 would cost a round trip
  for (const std::string& header : request.headers) append(list, header);
  return list;
}

void read_headers(CURL* handle, Response& response) {
  curl_header* header = nullptr;
  while ((header = curl_easy_nextheader(handle, CURLH_HEADER, -1, header)) != nullptr) {
    std::string name = header->name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers.emplace(name, header->value);
  }
}

}  // namespace

Response HttpClient::perform(const Request& request) {
  check_interrupted();
  Exchange exchange{request, patience_};
  const HeaderList headers = headers_of(request);
  const std::string url = request.url.text();
  const std::string host = request.url.origin().host;
  curl_.set(CURLOPT_URL, url.c_str());
  curl_.set(CURLOPT_NOPROXY, is_loopback(host) ? "*" : nullptr);
  curl_.set(CURLOPT_HTTPGET, 1L);  // forgets what the last request was
  curl_.set(CURLOPT_UPLOAD, has_body(request) ? 1L : 0L);
  curl_.set(CURLOPT_NOBODY, request.method == "HEAD" ? 1L : 0L);
  curl_.set(CURLOPT_CUSTOMREQUEST, request.method == "HEAD" ? nullptr : request.method.c_str());
  curl_.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size));
  curl_.set(CURLOPT_HTTPHEADER, headers.get());
  for (CURLoption option :
       {CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_WRITEDATA, CURLOPT_XFERINFODATA})
    curl_.set(option, static_cast<void*>(&exchange));
  curl_.forget_message();

  const CURLcode code = curl_easy_perform(curl_.get());
  curl_.set(CURLOPT_HTTPHEADER, nullptr);
  if (exchange.failure) std::rethrow_exception(exchange.failure);
  if (!exchange.refusal.empty())
    throw TransferError(TransferError::Kind::other, host + ": " + exchange.refusal);
  if (code == CURLE_ABORTED_BY_CALLBACK) check_interrupted();
  if (code != CURLE_OK)
    throw TransferError(kind_of(code), fmt::format("{}: {}", host, one_line(curl_.describe(code))));
  exchange.response.status = curl_.http_status();
  read_headers(curl_.get(), exchange.response);
  return std::move(exchange.response);
}

}  // namespace nacre::registry
