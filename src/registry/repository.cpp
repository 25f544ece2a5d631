// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/repository.hpp"

#include "registry/answer.hpp"
#include "registry/status.hpp"

namespace nacre::registry {
namespace {

Url base_url(const std::string& scheme, const Reference& reference) {
  return Url(scheme + "://" + reference.api() + "/v2/");
}

}  // namespace

Repository::Repository(Reference reference, FoundCredentials credentials, ConnectOptions options,
                       Reporter& reporter)
    : reference_(std::move(reference)),
      options_(options),
      reporter_(reporter),
      base_(base_url("https", reference_)) {
  HttpClient client(options_.verify_tls, options_.patience);
  const Response greeting = find_registry(client);
  authenticator_ =
      std::make_unique<Authenticator>(reference_, base_.origin(), std::move(credentials));
  if (greeting.status == status::ok) return;
  if (greeting.status != status::unauthorized)
    throw Error("{} is not a registry: it answers with status {}{}", reference_.registry,
                greeting.status, base_.origin().scheme == "http" ? ", over plain http" : "")
        .hint("a registry speaks the OCI distribution protocol, below /v2/");
  authenticator_->renew(greeting, "", client);
  check_password(client);
}

/// A token server has looked at the credentials already. A registry has not, and what is built for
/// it may take long.
void Repository::check_password(HttpClient& client) const {
  const std::string authorization = authenticator_->authorization();
  if (!authorization.starts_with("Basic ")) return;
  Request request("GET", base_);
  request.headers.push_back("Authorization: " + authorization);
  const Response response = client.perform(request);
  if (response.status == status::unauthorized) throw authenticator_->refusal(response);
}

Error Repository::unreachable(const TransferError& error) const {
  if (error.kind() == TransferError::Kind::no_tls)
    return Error("the registry {}", error.what())
        .hint(
            "to speak plain http with it, which others can read and change, add "
            "--tls-verify=false");
  Error failure("cannot reach the registry {}", error.what());
  if (error.kind() == TransferError::Kind::certificate)
    return std::move(failure).hint(
        "if its certificate is not to be checked, add --tls-verify=false");
  if (error.kind() == TransferError::Kind::other) return failure;
  return std::move(failure).hint("is its name right, and is it running?");
}

/// Nobody speaks TLS there, where plain http may be spoken. Without a port, the two have different
/// ones.
bool Repository::may_be_plain(const TransferError& error) const {
  if (options_.verify_tls && !is_loopback(reference_.host())) return false;
  return error.kind() == TransferError::Kind::no_tls ||
         (error.kind() == TransferError::Kind::unreachable && !reference_.has_port());
}

/// Whether it speaks TLS is found by trying; where somebody could listen, it has to.
Response Repository::find_registry(HttpClient& client) {
  try {
    return client.perform(Request("GET", base_));
  } catch (const TransferError& over_tls) {
    if (!may_be_plain(over_tls)) throw unreachable(over_tls);
    base_ = base_url("http", reference_);
    try {
      return client.perform(Request("GET", base_));
    } catch (const TransferError& plain) {
      if (over_tls.kind() == TransferError::Kind::no_tls) throw unreachable(plain);
      throw unreachable(TransferError(
          plain.kind(), fmt::format("{}; nor by https: {}", plain.what(), over_tls.what())));
    }
  }
}

Url Repository::url(const std::string& path) const {
  return base_.resolve(base_.text() + reference_.repository + "/" + path);
}

}  // namespace nacre::registry
