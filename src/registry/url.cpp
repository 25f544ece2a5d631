// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/url.hpp"

#include <algorithm>
#include <cctype>
#include <new>

#include "base/error.hpp"
#include "registry/answer.hpp"

namespace nacre::registry {
namespace {

constexpr unsigned parse_flags = CURLU_DISALLOW_USER;

Error not_an_address(const std::string& text) {
  return Error("'{}' is not an address of a web server", one_line(text));
}

}  // namespace

Url::Url(const std::string& text) : url_(curl_url()) {
  if (!url_) throw std::bad_alloc();
  if (curl_url_set(url_.get(), CURLUPART_URL, text.c_str(), parse_flags) != CURLUE_OK)
    throw not_an_address(text);
  check(text);
}

std::optional<Url> Url::parse(const std::string& text) {
  try {
    return Url(text);
  } catch (const Error&) {
    return {};
  }
}

Url::Url(const Url& other) : url_(curl_url_dup(other.url_.get())) {
  if (!url_) throw std::bad_alloc();
}

Url& Url::operator=(const Url& other) {
  Url copy(other);
  std::swap(url_, copy.url_);
  return *this;
}

Url Url::resolve(const std::string& reference) const {
  Url result(*this);
  const CURLUcode code =
      curl_url_set(result.url_.get(), CURLUPART_URL, reference.c_str(), parse_flags);
  if (code != CURLUE_OK) throw not_an_address(reference);
  result.check(reference);
  return result;
}

void Url::check(const std::string& text) const {
  const Origin origin = this->origin();
  if (origin.host.empty() || (origin.scheme != "http" && origin.scheme != "https"))
    throw not_an_address(text);
}

void Url::add_query(const std::string& name, const std::string& value) {
  const std::string argument = name + "=" + value;
  const CURLUcode code = curl_url_set(url_.get(), CURLUPART_QUERY, argument.c_str(),
                                      CURLU_APPENDQUERY | CURLU_URLENCODE);
  if (code != CURLUE_OK) throw Error("'{}' cannot be asked of a server", argument);
}

Url follow(const Url& from, const std::string& location) {
  Url to = from.resolve(location);
  if (from.origin().scheme == "https" && to.origin().scheme != "https")
    throw Error("{} sends us to {}, which does not speak https", from.origin().host,
                one_line(to.origin().host));
  return to;
}

std::string Url::part(CURLUPart part, unsigned flags) const {
  char* text = nullptr;
  if (curl_url_get(url_.get(), part, &text, flags) != CURLUE_OK) return {};
  std::string result = text;
  curl_free(text);
  return result;
}

std::string Url::text() const {
  return part(CURLUPART_URL);
}

Origin Url::origin() const {
  Origin origin{part(CURLUPART_SCHEME), part(CURLUPART_HOST),
                part(CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  std::transform(origin.host.begin(), origin.host.end(), origin.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return origin;
}

}  // namespace nacre::registry
