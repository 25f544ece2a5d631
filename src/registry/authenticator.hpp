// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <string>

#include "registry/challenge.hpp"
#include "registry/credentials.hpp"
#include "registry/http.hpp"
#include "registry/reference.hpp"

namespace nacre::registry {

/// Tells a registry who is asking, in the way that it wants: as anybody, by user and password, or
/// by a token that another server gives for them. Thread-safe.
class Authenticator {
 public:
  /// `registry` is the origin that the credentials are for.
  Authenticator(Reference reference, Origin registry, FoundCredentials found);

  /// The value of the header Authorization so far; empty for none.
  std::string authorization() const;
  /// After a 401: has another value be used from now on, if `used` was the present one. Error if
  /// there is nothing better to say.
  void renew(const Response& response, const std::string& used, HttpClient& client);

  /// The registry does not let them in, or do that; the hint says where the credentials are from.
  Error refusal(const Response& response) const;

 private:
  std::string answer(const Response& response, HttpClient& client) const;
  std::string basic() const;
  std::string fetch_token(const Challenge& challenge, HttpClient& client) const;
  Request token_request(const Challenge& challenge) const;
  Url token_server(const Challenge& challenge) const;
  std::vector<std::string> scopes(const Challenge& challenge) const;

  Reference reference_;
  Origin registry_;
  FoundCredentials found_;
  mutable std::mutex mutex_;
  std::string authorization_;
};

}  // namespace nacre::registry
