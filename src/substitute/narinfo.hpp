// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "store/store_path.hpp"
#include "substitute/signature.hpp"

namespace nacre {

/// What a server says of a store item: a `HASH.narinfo` file, docs/formats.md. A value.
struct Narinfo {
  explicit Narinfo(StorePath path) : path(std::move(path)) {}

  /// One form of the archive that the server offers.
  struct Archive {
    std::string url;  ///< as written: relative to the server, or not
    std::string compression = "none";
    std::optional<std::uint64_t> file_size;
  };

  StorePath path;
  Hash nar_hash;
  std::uint64_t nar_size = 0;
  StorePathSet references;
  std::optional<StorePath> deriver;
  std::vector<Archive> archives;  ///< one at least

  /// What the signature is for, and the signature's own field ("1;HOST;BASE64").
  std::string signed_text;
  std::optional<std::string> signature;
};

/// Reads a file; it is foreign. In one that is signed, only where the archives are may be said
/// after the signature: whatever else is there is passed over. Error if something is missing,
/// malformed, or said twice.
Narinfo parse_narinfo(std::string_view text);

/// The text of what `info` says, signed if there is a key; `signed_text` and `signature` are not
/// looked at.
std::string write_narinfo(const Narinfo& info, const SigningKey* key = nullptr);

/// Throws Error unless `info` is signed by one of the keys.
void check_narinfo(const Narinfo& info, const AccessList& accepted);

/// Where an archive of `server` (an address without a slash at its end) is. Error if the URL leads
/// out of the server's directory, or from the network to a file of this machine.
std::string archive_address(const std::string& server, const std::string& url);

}  // namespace nacre
