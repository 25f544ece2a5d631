// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <thread>

#include "base/interrupt.hpp"
#include "registry/answer.hpp"
#include "registry/repository.hpp"
#include "registry/status.hpp"

namespace nacre::registry {
namespace {

using namespace std::chrono_literals;

constexpr int most_redirections = 5;
constexpr std::chrono::milliseconds longest_pause = 60s;

bool is_redirection(const Response& response) {
  switch (response.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return !response.header("location").empty();
    default:
      return false;
  }
}

std::chrono::milliseconds retry_after(const Response& response) {
  const std::string text = response.header("retry-after");
  unsigned seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::min<std::chrono::milliseconds>(
      std::chrono::seconds(std::min<unsigned>(seconds, 3600)), longest_pause);
}

void sleep_unless_interrupted(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    check_interrupted();
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(time, 50ms));
  }
  check_interrupted();
}

}  // namespace

bool is_passing(const Response& response) {
  return response.status == status::too_many ||
         (response.status >= status::internal_error && response.status != status::not_implemented);
}

Response Connection::send_authorized(const Request& request) {
  if (!repository_.is_registry(request.url)) return client_.perform(request);
  Authenticator& authenticator = repository_.authenticator();
  auto perform = [&](const std::string& authorization) {
    if (authorization.empty()) return client_.perform(request);
    Request shown = request;
    shown.headers.push_back("Authorization: " + authorization);
    return client_.perform(shown);
  };
  const std::string authorization = authenticator.authorization();
  Response response = perform(authorization);
  if (response.status != status::unauthorized) return response;
  authenticator.renew(response, authorization, client_);
  response = perform(authenticator.authorization());
  if (response.status == status::unauthorized) throw authenticator.refusal(response);
  return response;
}

Response Connection::send_once(Request request) {
  for (int redirections = 0;; ++redirections) {
    Response response = send_authorized(request);
    const bool may_follow = request.method == "GET" || request.method == "HEAD";
    if (!may_follow || !is_redirection(response)) return response;
    if (redirections == most_redirections)
      throw Error("{} redirects us in a circle", request.url.origin().host);
    request.url = follow(request.url, response.header("location"));
  }
}

Response Connection::send(const Request& request) {
  for (unsigned attempt = 1;; ++attempt) {
    try {
      Response response = send_once(request);
      if (!is_passing(response) || attempt == most_attempts) return response;
      pause(attempt, fmt::format("it answers with status {}", response.status), response);
    } catch (const TransferError& error) {
      const bool may_pass = error.kind() == TransferError::Kind::passing ||
                            error.kind() == TransferError::Kind::unreachable;
      if (!may_pass || attempt == most_attempts) throw;
      pause(attempt, error.what());
    }
  }
}

void Connection::pause(unsigned attempt, const std::string& why, const Response& response) {
  const auto usual = repository_.options().first_pause * (1U << std::min(attempt - 1, 6U));
  const auto time = std::max<std::chrono::milliseconds>(usual, retry_after(response));
  repository_.reporter().info(fmt::format("{}: {}; trying again in {:.1f} s",
                                          repository_.reference().registry, why,
                                          static_cast<double>(time.count()) / 1000));
  sleep_unless_interrupted(time);
}

Error Connection::failure(const Response& response, const std::string& doing) const {
  const Reference& reference = repository_.reference();
  if (response.status == status::unauthorized || response.status == status::forbidden)
    return repository_.authenticator().refusal(response);
  const std::string said = error_text(response.body);
  Error error("{}: {} answers with status {}{}{}", doing, reference.registry, response.status,
              said.empty() ? "" : ": ", said);
  switch (response.status) {
    case status::not_found:
      return std::move(error).hint(fmt::format(
          "is the name '{}' right? Some registries want it created before the first push",
          reference.repository));
    case status::method_not_allowed:
      return std::move(error).hint("the registry seems to be read-only");
    case status::too_large:
      return std::move(error).hint(
          "the registry, or a proxy before it, takes no requests so large");
    case status::too_many:
      return std::move(error).hint("it limits how much is asked of it; try again later");
    default:
      return error;
  }
}

}  // namespace nacre::registry
