// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/store_path.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::size_t hash_digits = 32;
constexpr std::size_t hash_bytes_kept = 20;
constexpr std::size_t longest_name = 211;
constexpr std::size_t prefix_size = store_directory.size() + 1;

using CharacterSet = std::array<bool, 256>;

constexpr CharacterSet make_set(std::string_view characters) {
  CharacterSet set{};
  for (const char c : characters) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr CharacterSet name_characters =
    make_set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._?=");
constexpr CharacterSet base32_digits = make_set("0123456789abcdfghijklmnpqrsvwxyz");

bool all_in(const CharacterSet& set, std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && name[0] != '.' &&
         all_in(name_characters, name);
}

bool is_base_name(std::string_view base) {
  if (base.size() <= hash_digits + 1 || base[hash_digits] != '-') return false;
  return all_in(base32_digits, base.substr(0, hash_digits)) &&
         is_name(base.substr(hash_digits + 1));
}

bool is_in_store(std::string_view path) {
  return path.size() > prefix_size && path.starts_with(store_directory) &&
         path[store_directory.size()] == '/';
}

/// "TYPE:REF1:REF2…:self"
std::string with_references(std::string type, const StorePathSet& references, bool self) {
  for (const StorePath& reference : references) type.append(":").append(reference.text());
  if (self) type += ":self";
  return type;
}

}  // namespace

bool StorePath::is_valid(std::string_view text) {
  return is_in_store(text) && is_base_name(text.substr(prefix_size));
}

StorePath::StorePath(std::string_view text) {
  if (!is_valid(text)) throw Error("'{}' is not a store path", text);
  text_ = std::make_shared<const std::string>(text);
}

StorePath StorePath::containing(std::string_view path) {
  if (!is_in_store(path)) throw Error("'{}' is not in the store", path);
  return StorePath(path.substr(0, path.find('/', prefix_size)));
}

std::string_view StorePath::base_name() const {
  return std::string_view(text()).substr(prefix_size);
}

std::string_view StorePath::hash_part() const {
  return base_name().substr(0, hash_digits);
}

std::string_view StorePath::name() const {
  return base_name().substr(hash_digits + 1);
}

bool StorePath::is_derivation() const {
  return text().ends_with(".drv");
}

void check_store_name(std::string_view name) {
  if (is_name(name)) return;
  throw Error("'{}' cannot be the name of a store item", name)
      .hint("a name has 1 to 211 letters, digits and +-._?=, and does not begin with a dot");
}

StorePath make_store_path(std::string_view type, const Hash& hash, std::string_view name) {
  check_store_name(name);
  std::string text = fmt::format("{}:{}:{}:{}:{}", type, to_string(hash.algorithm), hash.base16(),
                                 store_directory, name);
  std::string digest = hash_bytes(HashAlgorithm::sha256, text).bytes;
  std::string part = nix_base32_encode(compress_hash(digest, hash_bytes_kept));
  return StorePath(fmt::format("{}/{}-{}", store_directory, part, name));
}

std::string output_path_name(std::string_view derivation_name, std::string_view output) {
  std::string name(derivation_name);
  return output == "out" ? name : name.append("-").append(output);
}

StorePath make_output_path(std::string_view output, const Hash& hash,
                           std::string_view derivation_name) {
  return make_store_path(fmt::format("output:{}", output), hash,
                         output_path_name(derivation_name, output));
}

StorePath make_fixed_output_path(bool recursive, const Hash& hash, std::string_view name,
                                 const StorePathSet& references, bool self_reference) {
  if (recursive && hash.algorithm == HashAlgorithm::sha256)
    return make_store_path(with_references("source", references, self_reference), hash, name);
  assert(references.empty() && !self_reference);
  std::string text = fmt::format("fixed:out:{}{}:{}:", recursive ? "r:" : "",
                                 to_string(hash.algorithm), hash.base16());
  return make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, text), name);
}

StorePath make_text_path(std::string_view name, const Hash& contents_sha256,
                         const StorePathSet& references) {
  return make_store_path(with_references("text", references, false), contents_sha256, name);
}

}  // namespace nacre
