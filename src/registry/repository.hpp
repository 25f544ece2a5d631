// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/progress.hpp"
#include "registry/authenticator.hpp"
#include "registry/http.hpp"
#include "registry/reference.hpp"

namespace nacre::registry {

/// How to speak with a registry.
struct ConnectOptions {
  /// Without it, any certificate will do, and so does plain HTTP, as for this machine's own ones.
  bool verify_tls = true;
  /// Before the second attempt at something; each further one waits twice as long.
  std::chrono::milliseconds first_pause{500};
  /// How long a server may take to answer once it was sent a request.
  std::chrono::milliseconds patience = default_patience;
};

/// One repository of a registry, and the right to change it. Thread-safe; each thread has a
/// Connection of its own.
class Repository {
 public:
  /// Finds out how the registry is to be spoken with. Error if it cannot be reached, is none, or
  /// does not let them in. Borrows the reporter, which gets a line for each second attempt.
  Repository(Reference reference, FoundCredentials credentials, ConnectOptions options,
             Reporter& reporter);

  const Reference& reference() const { return reference_; }
  const ConnectOptions& options() const { return options_; }
  Reporter& reporter() const { return reporter_; }
  Authenticator& authenticator() { return *authenticator_; }
  bool is_registry(const Url& url) const { return url.origin() == base_.origin(); }
  /// The address of something in the repository: "blobs/DIGEST", "manifests/TAG"….
  Url url(const std::string& path) const;

 private:
  Response find_registry(HttpClient& client);
  bool may_be_plain(const TransferError& error) const;
  Error unreachable(const TransferError& error) const;
  void check_password(HttpClient& client) const;

  Reference reference_;
  ConnectOptions options_;
  Reporter& reporter_;
  Url base_;  ///< ends with "/v2/"
  std::unique_ptr<Authenticator> authenticator_;
};

/// One thread's way to speak with the registry. Borrows the repository. Not thread-safe.
class Connection {
 public:
  explicit Connection(Repository& repository)
      : repository_(repository),
        client_(repository.options().verify_tls, repository.options().patience) {}

  Repository& repository() { return repository_; }
  /// Sends a request, with what shows who is asking if it goes to the registry itself, and follows
  /// redirections of GET and HEAD. Error if they are not let in; TransferError.
  Response send_once(Request request);
  /// The same, and again after a while if that may help. For what can be asked twice.
  Response send(const Request& request);
  /// Waits before attempt number `attempt` + 1, saying why.
  void pause(unsigned attempt, const std::string& why, const Response& response = {});
  /// The Error for an answer that is not the one hoped for, `doing` being "uploading …".
  Error failure(const Response& response, const std::string& doing) const;

 private:
  Response send_authorized(const Request& request);

  Repository& repository_;
  HttpClient client_;
};

inline constexpr unsigned most_attempts = 5;

/// Whether asking again may help: the server is overloaded, or broken for a moment.
bool is_passing(const Response& response);

}  // namespace nacre::registry
