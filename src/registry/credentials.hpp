// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/reference.hpp"

namespace nacre::registry {

/// How somebody shows who they are. Never printed, never stored.
struct Credentials {
  std::string user;
  std::string password;
  std::string identity_token;  ///< asks for tokens instead of user and password
  std::string registry_token;  ///< is a token already
};

/// What `docker login` and `podman login` write, or their users.
struct AuthFile {
  std::map<std::string, Credentials> credentials;  ///< by HOST[:PORT][/NAME…]
  std::map<std::string, std::string> helpers;      ///< by the same: who has the credentials
  std::string default_helper;                      ///< empty if there is none
};

/// Reads the text of such a file. Error, without anything secret in it, if it is malformed.
AuthFile parse_auth_file(std::string_view text);

/// The keys by which a file may have what is for `name`, HOST[:PORT]/NAME: the longest first.
std::vector<std::string> credential_keys(std::string_view name);

struct FoundCredentials {
  std::optional<Credentials> credentials;
  std::string source;  ///< where they are from; if there are none, where they were looked for
};

/// Looks for what is for an image: in $REGISTRY_AUTH_FILE alone, if set; else in
/// $XDG_RUNTIME_DIR/containers/auth.json, $XDG_CONFIG_HOME or ~/.config/containers/auth.json, and
/// config.json of $DOCKER_CONFIG or ~/.docker; and has `docker-credential-NAME` tell them if a file
/// says so. Error for a file or a helper that makes no sense.
FoundCredentials find_credentials(const Reference& reference);

}  // namespace nacre::registry
