// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "transfer/libcurl.hpp"

namespace nacre::registry {

/// Who answers at an address: credentials for one origin are never shown to another.
struct Origin {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case, without brackets
  std::string port;

  bool operator==(const Origin&) const = default;
};

/// An address with the scheme http or https, without a user's name in it. A value.
class Url {
 public:
  /// Error if `text` is no such address.
  explicit Url(const std::string& text);
  /// Nothing if it is none.
  static std::optional<Url> parse(const std::string& text);
  Url(const Url& other);
  Url& operator=(const Url& other);
  Url(Url&&) noexcept = default;
  Url& operator=(Url&&) noexcept = default;

  /// What `reference`, absolute or relative, names in a document at this address.
  Url resolve(const std::string& reference) const;
  /// Appends NAME=VALUE to the query.
  void add_query(const std::string& name, const std::string& value);

  std::string text() const;
  Origin origin() const;

 private:
  std::string part(CURLUPart part, unsigned flags = 0) const;
  void check(const std::string& text) const;

  std::unique_ptr<CURLU, FreeWith<curl_url_cleanup>> url_;
};

/// What the answer from an address leads to. Error if that leaves TLS for where others can listen.
Url follow(const Url& from, const std::string& location);

}  // namespace nacre::registry
