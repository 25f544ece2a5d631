// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/reference.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/error.hpp"

namespace nacre::registry {
namespace {

constexpr std::string_view scheme = "docker://";
constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_tag = 128;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failure == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
}

bool is_host_name(std::string_view text) {
  auto allowed = [](char c) { return (is_word(c) && c != '_') || c == '-' || c == '.'; };
  return !text.empty() && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), allowed);
}

/// "[::1]", with what comes after it in `rest`.
bool is_ipv6(std::string_view text, std::string_view& rest) {
  const std::size_t end = text.find(']');
  if (!text.starts_with('[') || end == std::string_view::npos) return false;
  rest = text.substr(end + 1);
  const std::string_view address = text.substr(1, end - 1);
  auto allowed = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.';
  };
  return address.find(':') != std::string_view::npos &&
         std::all_of(address.begin(), address.end(), allowed);
}

bool is_registry(std::string_view text) {
  std::string_view rest;
  if (text.starts_with('['))
    return is_ipv6(text, rest) &&
           (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1))));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return is_host_name(text) && (text.find('.') != std::string_view::npos || text == "localhost");
  return is_host_name(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

/// Lower-case letters and digits, with ".", "_", "__" or dashes between them.
bool is_component(std::string_view text) {
  auto is_alphanumeric = [](char c) { return is_lower(c) || is_digit(c); };
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_alphanumeric(text[i])) continue;
    const std::size_t end = std::min(text.find_first_not_of(text[i], i), text.size());
    const std::size_t most = text[i] == '-' ? text.size() : text[i] == '_' ? 2 : 1;
    const bool is_separator = text[i] == '-' || text[i] == '_' || text[i] == '.';
    if (!is_separator || end - i > most || !is_alphanumeric(text[end])) return false;
    i = end;
  }
  return true;
}

bool is_repository(std::string_view text) {
  for (;;) {
    const std::size_t slash = text.find('/');
    if (!is_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view text) {
  auto allowed = [](char c) { return is_word(c) || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= longest_tag && is_word(text.front()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

namespace {

/// Docker Hub: by this name users and programs know it,
constexpr std::string_view hub = "docker.io";
/// here is its API,
constexpr std::string_view hub_api = "registry-1.docker.io";
/// and as this `docker login` knows it.
constexpr std::string_view hub_index = "index.docker.io";

/// As docker does it: what has a dot or a port, or is localhost, is a host.
bool begins_with_host(std::string_view rest) {
  const std::size_t slash = rest.find('/');
  const std::string_view first = rest.substr(0, slash);
  return slash != std::string_view::npos &&
         (first.find_first_of(".:[") != std::string_view::npos || first == "localhost");
}

}  // namespace

bool Reference::has_port() const {
  return registry.find(':', registry.find(']') == std::string::npos ? 0 : registry.find(']')) !=
         std::string::npos;
}

std::string Reference::api() const {
  return registry == hub ? std::string(hub_api) : registry;
}

std::vector<std::string> Reference::aliases() const {
  if (registry != hub) return {};
  return {std::string(hub_index), std::string(hub_api)};
}

std::string Reference::host() const {
  if (registry.starts_with('[')) return registry.substr(1, registry.find(']') - 1);
  return registry.substr(0, registry.find(':'));
}

Reference parse_reference(std::string_view text) {
  auto refuse = [&](const std::string& hint) {
    return Error("'{}' names no image of a registry", text).hint(hint);
  };
  if (!text.starts_with(scheme))
    throw refuse("write docker://HOST/NAME:TAG, or docker://NAME:TAG for Docker Hub");
  std::string_view path = text.substr(scheme.size());
  Reference reference{std::string(hub), "", "latest"};
  if (begins_with_host(path)) {
    const std::size_t slash = path.find('/');
    reference.registry = path.substr(0, slash);
    path.remove_prefix(slash + 1);
  }
  if (!is_registry(reference.registry))
    throw refuse("after docker:// comes the registry, HOST or HOST:PORT, and then the name");
  if (reference.registry == hub_api || reference.registry == hub_index) reference.registry = hub;
  if (path.find('@') != std::string_view::npos)
    throw refuse("what is pushed gets its digest from its contents: name a tag");
  const std::size_t colon = path.find(':');
  reference.repository = path.substr(0, colon);
  if (colon != std::string_view::npos) reference.tag = path.substr(colon + 1);
  if (reference.registry == hub && reference.repository.find('/') == std::string::npos)
    reference.repository.insert(0, "library/");
  if (!is_repository(reference.repository) || reference.name().size() > longest_name)
    throw refuse("names are of lower-case letters, digits, and single '.', '_', '-' between them");
  if (!is_tag(reference.tag))
    throw refuse("a tag is of up to 128 letters, digits, '_', '.' and '-'");
  return reference;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  auto allowed = [](char c) { return is_digit(c) || c == '.'; };
  return host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3 &&
         std::all_of(host.begin(), host.end(), allowed);
}

}  // namespace nacre::registry
