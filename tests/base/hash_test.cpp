// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

constexpr HashAlgorithm all_algorithms[] = {HashAlgorithm::md5,         HashAlgorithm::sha1,
                                            HashAlgorithm::sha256,      HashAlgorithm::sha512,
                                            HashAlgorithm::sha3_256,    HashAlgorithm::sha3_512,
                                            HashAlgorithm::blake2s_256, HashAlgorithm::blake2b_512};

TEST(Hash, OfAbcIsWhatTheStandardsSay) {
  const std::pair<HashAlgorithm, const char*> answers[] = {
      {HashAlgorithm::md5, "900150983cd24fb0d6963f7d28e17f72"},
      {HashAlgorithm::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {HashAlgorithm::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {HashAlgorithm::sha512,
       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
      {HashAlgorithm::sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
      {HashAlgorithm::blake2s_256,
       "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"},
      {HashAlgorithm::blake2b_512,
       "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
       "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"}};
  for (auto [algorithm, digest] : answers)
    EXPECT_EQ(hash_bytes(algorithm, "abc").base16(), digest) << to_string(algorithm);
}

TEST(Hash, AlgorithmNamesAreReadBack) {
  for (HashAlgorithm algorithm : all_algorithms)
    EXPECT_EQ(parse_hash_algorithm(to_string(algorithm)), algorithm);
}

TEST(Hash, AnUnknownAlgorithmIsAnErrorThatNamesTheKnownOnes) {
  try {
    parse_hash_algorithm("sha257");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.hint()->find("sha3-256"), std::string::npos);
  }
}

TEST(Hash, IsReadInEachOfItsForms) {
  for (HashAlgorithm algorithm : all_algorithms) {
    Hash hash = hash_bytes(algorithm, "abc");
    EXPECT_EQ(hash.bytes.size(), hash_size(algorithm));
    EXPECT_EQ(parse_hash(algorithm, hash.base16()), hash);
    EXPECT_EQ(parse_hash(algorithm, hash.nix_base32()), hash);
    EXPECT_EQ(parse_hash(algorithm, hash.base64()), hash);
  }
}

TEST(Hash, OfTheWrongLengthIsAnError) {
  Hash sha1 = hash_bytes(HashAlgorithm::sha1, "abc");
  EXPECT_THROW(parse_hash(HashAlgorithm::sha256, sha1.base16()), Error);
  EXPECT_THROW(parse_hash(HashAlgorithm::sha256, ""), Error);
  EXPECT_THROW(parse_hash(HashAlgorithm::sha256, std::string(44, 'A')), Error);  // 33 bytes
}

TEST(HashSink, GivesTheSameHashHoweverTheBytesArePieced) {
  std::string bytes(100000, 'x');
  HashSink sink(HashAlgorithm::sha256);
  for (std::size_t at = 0, piece = 1; at < bytes.size(); at += piece, piece = piece * 3 % 1009)
    sink.write(std::string_view(bytes).substr(at, piece));
  EXPECT_EQ(sink.size(), bytes.size());
  HashSink moved = std::move(sink);
  EXPECT_EQ(moved.finish(), hash_bytes(HashAlgorithm::sha256, bytes));
}

TEST(HashFile, HashesTheFilesBytes) {
  TemporaryDirectory directory("hash-test");
  std::string path = directory.path() + "/file", bytes(700000, 'y');
  write_file_atomically(path, bytes);
  EXPECT_EQ(hash_file(HashAlgorithm::sha512, path), hash_bytes(HashAlgorithm::sha512, bytes));
  EXPECT_THROW(hash_file(HashAlgorithm::sha512, path + "x"), SystemError);
}

TEST(CompressHash, FoldsTheDigestOntoItself) {
  EXPECT_EQ(compress_hash("abcd", 2), std::string({'a' ^ 'c', 'b' ^ 'd'}));
  EXPECT_EQ(compress_hash("abc", 2), std::string({'a' ^ 'c', 'b'}));
  EXPECT_EQ(compress_hash("ab", 4), std::string("ab\0\0", 4));
}

}  // namespace
}  // namespace nacre
