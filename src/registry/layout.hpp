// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "archive/tar_index.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "registry/upload.hpp"

namespace nacre::registry {

/// An OCI image layout in an uncompressed tar archive, as `nacre pack -f oci` writes. Nothing of it
/// is believed that a digest can tell. Thread-safe.
class ImageLayout {
 public:
  /// Error, naming the file, if it is no such archive.
  explicit ImageLayout(const std::string& file);

  /// The text of index.json.
  std::string index() const;
  /// The document that a descriptor names. Error unless it is there, of that size and digest.
  std::string document(const Json& descriptor) const;
  /// What a descriptor names, however large. Error unless it is there and of that size.
  Blob blob(const Json& descriptor) const;

 private:
  Contents contents(const std::string& name) const;

  std::string file_;
  UniqueFd fd_;
  std::map<std::string, TarExtent> files_;
};

/// Error unless the contents of a blob have its digest.
void check_digest(const Blob& blob);

}  // namespace nacre::registry
