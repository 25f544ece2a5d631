// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nacre::registry {

/// The name of an image in a registry; well-formed. A value.
struct Reference {
  std::string registry;    ///< "HOST" or "HOST:PORT"; "docker.io" for Docker Hub
  std::string repository;  ///< "team/image"
  std::string tag;

  std::string name() const { return registry + "/" + repository; }
  /// Without the port and the brackets of an IPv6 address.
  std::string host() const;
  bool has_port() const;
  /// "HOST" or "HOST:PORT" of the registry's API, which Docker Hub has elsewhere.
  std::string api() const;
  /// Other names under which credentials for the registry may be kept: Docker Hub has some.
  std::vector<std::string> aliases() const;
};

/// Reads "docker://[HOST[:PORT]/]NAME[:TAG]"; without a tag it is "latest". As with docker, a name
/// without a host is Docker Hub's, where a name of one part belongs to "library". Error, saying
/// what is wrong, for anything else.
Reference parse_reference(std::string_view text);

/// Whether the name or the address of a host is this machine's.
bool is_loopback(std::string_view host);

}  // namespace nacre::registry
