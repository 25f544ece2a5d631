// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"

#include <fcntl.h>
#include <gcrypt.h>

#include <array>
#include <cassert>
#include <mutex>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/gcrypt.hpp"
#include "base/interrupt.hpp"

namespace nacre {
namespace {

struct AlgorithmInfo {
  HashAlgorithm algorithm;
  std::string_view name;
  int gcrypt;
  std::size_t size;
};

constexpr std::array<AlgorithmInfo, 8> algorithms{{
    {HashAlgorithm::md5, "md5", GCRY_MD_MD5, 16},
    {HashAlgorithm::sha1, "sha1", GCRY_MD_SHA1, 20},
    {HashAlgorithm::sha256, "sha256", GCRY_MD_SHA256, 32},
    {HashAlgorithm::sha512, "sha512", GCRY_MD_SHA512, 64},
    {HashAlgorithm::sha3_256, "sha3-256", GCRY_MD_SHA3_256, 32},
    {HashAlgorithm::sha3_512, "sha3-512", GCRY_MD_SHA3_512, 64},
    {HashAlgorithm::blake2s_256, "blake2s-256", GCRY_MD_BLAKE2S_256, 32},
    {HashAlgorithm::blake2b_512, "blake2b-512", GCRY_MD_BLAKE2B_512, 64},
}};

const AlgorithmInfo& info(HashAlgorithm algorithm) {
  const AlgorithmInfo& found = algorithms.at(static_cast<std::size_t>(algorithm));
  assert(found.algorithm == algorithm);
  return found;
}

constexpr std::size_t read_size = std::size_t{256} * 1024;

}  // namespace

void initialize_gcrypt() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) return;
    if (!gcry_check_version(GCRYPT_VERSION))
      throw Error("libgcrypt is older than {}, with which this program was built", GCRYPT_VERSION);
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
  });
}

std::string_view to_string(HashAlgorithm algorithm) {
  return info(algorithm).name;
}

HashAlgorithm parse_hash_algorithm(std::string_view name) {
  for (const auto& entry : algorithms)
    if (entry.name == name) return entry.algorithm;
  std::string known;
  for (const auto& entry : algorithms)
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  throw Error("unknown hash algorithm '{}'", name).hint("known ones are " + known);
}

std::size_t hash_size(HashAlgorithm algorithm) {
  return info(algorithm).size;
}

std::string Hash::base16() const {
  return base16_encode(bytes);
}
std::string Hash::nix_base32() const {
  return nix_base32_encode(bytes);
}
std::string Hash::base64() const {
  return base64_encode(bytes);
}

Hash parse_hash(HashAlgorithm algorithm, std::string_view text) {
  std::size_t size = hash_size(algorithm);
  if (text.size() == size * 2) return {algorithm, base16_decode(text)};
  if (text.size() == (size * 8 + 4) / 5) return {algorithm, nix_base32_decode(text)};
  if (text.size() == (size + 2) / 3 * 4) {
    std::string bytes = base64_decode(text);
    if (bytes.size() == size) return {algorithm, std::move(bytes)};
  }
  throw Error("'{}' is not a {} hash: {} characters do not make {} bytes", text,
              to_string(algorithm), text.size(), size)
      .hint("it is written in base 16, nix-base32 or base 64");
}

Hash hash_bytes(HashAlgorithm algorithm, std::string_view bytes) {
  initialize_gcrypt();
  Hash hash{algorithm, std::string(hash_size(algorithm), '\0')};
  gcry_md_hash_buffer(info(algorithm).gcrypt, hash.bytes.data(), bytes.data(), bytes.size());
  return hash;
}

Hash hash_file(HashAlgorithm algorithm, const std::string& path) {
  UniqueFd file = open_file(path, O_RDONLY);
  posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  HashSink sink(algorithm);
  FdSource source(file.get());
  std::vector<char> buffer(read_size);
  while (std::size_t count = source.read(buffer.data(), buffer.size())) {
    check_interrupted();
    sink.write({buffer.data(), count});
  }
  return sink.finish();
}

struct HashSink::State {
  HashAlgorithm algorithm;
  gcry_md_hd_t handle = nullptr;

  explicit State(HashAlgorithm chosen) : algorithm(chosen) {
    initialize_gcrypt();
    if (auto failure = gcry_md_open(&handle, info(chosen).gcrypt, 0))
      throw Error("libgcrypt cannot compute {}: {}", info(chosen).name, gcry_strerror(failure));
  }
  ~State() { gcry_md_close(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

HashSink::HashSink(HashAlgorithm algorithm) : state_(std::make_unique<State>(algorithm)) {}
HashSink::~HashSink() = default;
HashSink::HashSink(HashSink&&) noexcept = default;
HashSink& HashSink::operator=(HashSink&&) noexcept = default;

void HashSink::write(std::string_view bytes) {
  assert(state_ && "written to after finish()");
  gcry_md_write(state_->handle, bytes.data(), bytes.size());
  size_ += bytes.size();
}

Hash HashSink::finish() {
  assert(state_ && "finished twice");
  HashAlgorithm algorithm = state_->algorithm;
  const void* digest = gcry_md_read(state_->handle, 0);
  Hash hash{algorithm, std::string(static_cast<const char*>(digest), hash_size(algorithm))};
  state_.reset();
  return hash;
}

std::string compress_hash(std::string_view digest, std::size_t size) {
  std::string folded(size, '\0');
  for (std::size_t i = 0; i < digest.size(); ++i)
    folded[i % size] = static_cast<char>(folded[i % size] ^ digest[i]);
  return folded;
}

}  // namespace nacre
