// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/answer.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "base/progress_text.hpp"

namespace nacre::registry {
namespace {

constexpr std::size_t longest_line = 300;
constexpr std::size_t most_errors = 3;
constexpr std::size_t longest_token = std::size_t{64} << 10;

/// "CODE: message"; registries write the codes of the specification in capitals.
std::string describe_one(const Json& error) {
  std::string code = text_member(error, "code");
  std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) {
    return static_cast<char>(c == '_' ? ' ' : std::tolower(c));
  });
  const std::string message = text_member(error, "message");
  if (code.empty() || message.empty()) return code + message;
  return code + ": " + message;
}

}  // namespace

std::string one_line(std::string_view text) {
  const bool utf8 = progress_text::locale_is_utf8();
  std::string spaced(text.substr(0, 4 * longest_line));
  std::replace(spaced.begin(), spaced.end(), '\n', ' ');
  return progress_text::truncate(progress_text::sanitize(spaced, utf8), longest_line, utf8);
}

std::string error_text(std::string_view body) {
  const Json document = Json::parse(body, nullptr, false);
  if (document.is_discarded()) {
    // Proxies answer with pages, which say no more than the status does.
    return body.find('<') == std::string_view::npos ? one_line(body) : "";
  }
  std::string text;
  const Json& errors = member(document, "errors");
  if (errors.is_array()) {
    for (std::size_t i = 0; i < std::min(errors.size(), most_errors); ++i) {
      const std::string one = describe_one(errors[i]);
      if (!one.empty()) text += (text.empty() ? "" : "; ") + one;
    }
  }
  for (const char* key : {"message", "error_description", "details", "error"})
    if (text.empty()) text = text_member(document, key);
  return one_line(text);
}

std::optional<std::uint64_t> parse_range(std::string_view header) {
  if (header.starts_with("bytes=")) header.remove_prefix(6);
  if (!header.starts_with("0-")) return {};
  header.remove_prefix(2);
  std::uint64_t last = 0;
  const auto [end, failure] = std::from_chars(header.data(), header.data() + header.size(), last);
  if (failure != std::errc() || end != header.data() + header.size() || last > INT64_MAX - 1)
    return {};
  return last == 0 ? 0 : last + 1;
}

std::string parse_token(std::string_view body) {
  const Json document = Json::parse(body, nullptr, false);
  std::string token = text_member(document, "token");
  if (token.empty()) token = text_member(document, "access_token");
  auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (token.size() > longest_token || !std::all_of(token.begin(), token.end(), printable))
    return {};
  return token;
}

bool is_sha256_digest(std::string_view text) {
  constexpr std::string_view algorithm = "sha256:";
  auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.starts_with(algorithm) && text.size() == algorithm.size() + 64 &&
         std::all_of(text.begin() + algorithm.size(), text.end(), is_digit);
}

}  // namespace nacre::registry
