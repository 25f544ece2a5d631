// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/sink.hpp"

namespace nacre {

enum class HashAlgorithm {
  md5,
  sha1,
  sha256,
  sha512,
  sha3_256,
  sha3_512,
  blake2s_256,
  blake2b_512
};

/// "sha256", "sha3-256", "blake2b-512", … as in derivations. parse throws Error on an unknown name.
std::string_view to_string(HashAlgorithm algorithm);
HashAlgorithm parse_hash_algorithm(std::string_view name);
std::size_t hash_size(HashAlgorithm algorithm);  ///< in bytes

/// A digest and the function that made it. A value.
struct Hash {
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  std::string bytes;

  auto operator<=>(const Hash&) const = default;
  std::string base16() const;
  std::string nix_base32() const;
  std::string base64() const;
};

/// Reads a digest written in base 16, nix-base32 or base 64, told apart by its length.
Hash parse_hash(HashAlgorithm algorithm, std::string_view text);

Hash hash_bytes(HashAlgorithm algorithm, std::string_view bytes);
Hash hash_file(HashAlgorithm algorithm, const std::string& path);  ///< the file's bytes, streamed

/// Hashes what is written to it. Movable, not copyable.
class HashSink : public Sink {
 public:
  explicit HashSink(HashAlgorithm algorithm);
  ~HashSink() override;
  HashSink(HashSink&&) noexcept;
  HashSink& operator=(HashSink&&) noexcept;
  void write(std::string_view bytes) override;
  std::uint64_t size() const { return size_; }  ///< bytes so far
  /// The digest of everything written. The sink takes no more afterwards.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t size_ = 0;
};

/// XORs the digest down to `size` bytes, as store paths do.
std::string compress_hash(std::string_view digest, std::size_t size);

}  // namespace nacre
