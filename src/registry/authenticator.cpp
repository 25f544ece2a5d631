// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/authenticator.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "registry/answer.hpp"
#include "registry/status.hpp"

namespace nacre::registry {
namespace {

std::string escape(const std::string& text) {
  constexpr std::string_view plain = "-._~";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || plain.find(c) != std::string_view::npos)
      result += c;
    else
      result += fmt::format("%{:02X}", byte);
  }
  return result;
}

const Challenge* find(const std::vector<Challenge>& challenges, const std::string& scheme) {
  const auto found = std::find_if(challenges.begin(), challenges.end(),
                                  [&](const Challenge& c) { return c.scheme == scheme; });
  return found == challenges.end() ? nullptr : &*found;
}

}  // namespace

Authenticator::Authenticator(Reference reference, Origin registry, FoundCredentials found)
    : reference_(std::move(reference)), registry_(std::move(registry)), found_(std::move(found)) {}

std::string Authenticator::authorization() const {
  std::lock_guard lock(mutex_);
  return authorization_;
}

void Authenticator::renew(const Response& response, const std::string& used, HttpClient& client) {
  std::lock_guard lock(mutex_);
  if (authorization_ != used) return;  // another thread was faster
  authorization_ = answer(response, client);
}

std::string Authenticator::answer(const Response& response, HttpClient& client) const {
  std::vector<Challenge> challenges;
  const auto [begin, end] = response.headers.equal_range("www-authenticate");
  for (auto header = begin; header != end; ++header)
    for (Challenge& challenge : parse_challenges(header->second))
      challenges.push_back(std::move(challenge));
  if (const Challenge* bearer = find(challenges, "bearer")) return fetch_token(*bearer, client);
  if (!find(challenges, "basic"))
    throw Error("{} asks for credentials in no way that is known here", reference_.registry);
  const std::string header = basic();
  if (header.empty() || header == authorization_) throw refusal(response);
  return header;
}

std::string Authenticator::basic() const {
  if (!found_.credentials || found_.credentials->user.empty()) return {};
  return "Basic " + base64_encode(found_.credentials->user + ":" + found_.credentials->password);
}

std::string Authenticator::fetch_token(const Challenge& challenge, HttpClient& client) const {
  if (found_.credentials && !found_.credentials->registry_token.empty())
    return "Bearer " + found_.credentials->registry_token;
  const Response response = client.perform(token_request(challenge));
  if (response.status == status::bad_request || response.status == status::unauthorized ||
      response.status == status::forbidden)
    throw refusal(response);
  const std::string token = response.status == status::ok ? parse_token(response.body) : "";
  if (token.empty())
    throw Error("the server at {} that gives tokens for {} gave none (status {}){}{}",
                token_server(challenge).origin().host, reference_.registry, response.status,
                response.status == status::ok ? "" : ": ",
                response.status == status::ok ? "" : error_text(response.body));
  return "Bearer " + token;
}

/// Credentials leave for another server than the registry only if nobody can listen.
Url Authenticator::token_server(const Challenge& challenge) const {
  const std::string text = one_line(challenge.parameter("realm"));
  auto refuse = [&](const char* why) {
    return Error("{} sends us to '{}' for a token, which {}", reference_.registry, text, why);
  };
  const auto realm = Url::parse(challenge.parameter("realm"));
  if (!realm) throw refuse("is not an address");
  const Origin origin = realm->origin();
  const bool is_private =
      origin.scheme == "https" || (is_loopback(origin.host) && is_loopback(registry_.host));
  const bool is_registry = origin.host == registry_.host && registry_.scheme == "http";
  if (!is_private && !is_registry) throw refuse("does not speak https");
  return *realm;
}

std::vector<std::string> Authenticator::scopes(const Challenge& challenge) const {
  std::vector<std::string> scopes{"repository:" + reference_.repository + ":pull,push"};
  const std::string asked = challenge.parameter("scope");
  if (!asked.empty() && asked != scopes.front()) scopes.push_back(asked);
  return scopes;
}

Request Authenticator::token_request(const Challenge& challenge) const {
  Request request("GET", token_server(challenge));
  const std::string service = challenge.parameter("service");
  if (found_.credentials && !found_.credentials->identity_token.empty()) {
    std::string form = "grant_type=refresh_token&client_id=nacre&service=" + escape(service) +
                       "&refresh_token=" + escape(found_.credentials->identity_token) + "&scope=";
    std::string joined;
    for (const std::string& scope : scopes(challenge))
      joined += (joined.empty() ? "" : " ") + scope;
    request.method = "POST";
    request.headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
    request.body = Contents::of(form + escape(joined));
    return request;
  }
  if (!service.empty()) request.url.add_query("service", service);
  for (const std::string& scope : scopes(challenge)) request.url.add_query("scope", scope);
  const std::string authorization = basic();
  if (!authorization.empty()) request.headers.push_back("Authorization: " + authorization);
  return request;
}

Error Authenticator::refusal(const Response& response) const {
  const std::string said = error_text(response.body);
  const std::string what = fmt::format("{} does not let {} push to {}{}{}", reference_.registry,
                                       found_.credentials ? "these credentials" : "just anybody",
                                       reference_.repository, said.empty() ? "" : ": ", said);
  if (found_.credentials)
    return Error(what).hint(
        fmt::format("the credentials are from {}; are they still right, and may their owner push "
                    "there? 'podman login {}' replaces them",
                    found_.source, reference_.registry));
  return Error(what).hint(fmt::format(
      "no credentials were found for it in {}; 'podman login {}' or 'docker login {}' writes some",
      found_.source.empty() ? "any file" : found_.source, reference_.registry,
      reference_.registry));
}

}  // namespace nacre::registry
