// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/hash.hpp"

namespace nacre {

/// The directory that every store path starts with. Where the files physically lie is a matter of
/// StoreLayout; the path's text is always this one.
inline constexpr std::string_view store_directory = "/gnu/store";

/// "/gnu/store/HASH-NAME": 32 digits of nix-base32 and a name. A value, always well-formed. Copies
/// share the text.
class StorePath {
 public:
  /// Error unless `text` is a well-formed store path (not something below one).
  explicit StorePath(std::string_view text);
  static bool is_valid(std::string_view text);
  /// The store path that `path` is or lies below; Error if it is not in the store.
  static StorePath containing(std::string_view path);

  const std::string& text() const { return *text_; }
  std::string_view base_name() const;  ///< "HASH-NAME"
  std::string_view hash_part() const;  ///< 32 characters
  std::string_view name() const;
  bool is_derivation() const;  ///< ends in ".drv"

  std::strong_ordering operator<=>(const StorePath& other) const {
    return text_ == other.text_ ? std::strong_ordering::equal : *text_ <=> *other.text_;
  }
  bool operator==(const StorePath& other) const {
    return text_ == other.text_ || *text_ == *other.text_;
  }

 private:
  std::shared_ptr<const std::string> text_;
};

using StorePathSet = std::set<StorePath>;

/// Error unless `name` may be a store path's name: 1 to 211 of [A-Za-z0-9+-._?=], no leading dot.
void check_store_name(std::string_view name);

/// How the names of store paths are computed; docs/formats.md. All pure.
/// `type` is "source", "text:REFS", "output:NAME"…; `hash` the inner digest.
StorePath make_store_path(std::string_view type, const Hash& hash, std::string_view name);
StorePath make_output_path(std::string_view output, const Hash& hash,
                           std::string_view derivation_name);
/// For contents added recursively (NAR hash) or flat, as `add-to-store` does and fixed outputs are.
StorePath make_fixed_output_path(bool recursive, const Hash& hash, std::string_view name,
                                 const StorePathSet& references = {}, bool self_reference = false);
StorePath make_text_path(std::string_view name, const Hash& contents_sha256,
                         const StorePathSet& references);

/// NAME of "NAME" or "NAME-OUTPUT" for an output of derivation `name` ("out" adds nothing).
std::string output_path_name(std::string_view derivation_name, std::string_view output);

}  // namespace nacre

template <>
struct std::hash<nacre::StorePath> {
  std::size_t operator()(const nacre::StorePath& path) const noexcept {
    std::uint64_t digits;  // of a hash already
    std::memcpy(&digits, path.hash_part().data(), sizeof digits);
    return digits * 0x9e3779b97f4a7c15U >> 7;
  }
};
