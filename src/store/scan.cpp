// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scan.hpp"

#include <algorithm>
#include <array>

#include "archive/block_hasher.hpp"
#include "store/tree.hpp"

namespace nacre {
namespace {

constexpr std::size_t part_size = 32;
constexpr std::size_t block_size = std::size_t{256} * 1024;

constexpr std::array<bool, 256> base32_digits = [] {
  std::array<bool, 256> is_digit{};
  for (char c : std::string_view("0123456789abcdfghijklmnpqrsvwxyz"))
    is_digit[static_cast<unsigned char>(c)] = true;
  return is_digit;
}();

/// Hashes what is written, from the second block on in a thread of its own.
class NarHashSink : public Sink {
 public:
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::size_t count = std::min(bytes.size(), block_size - block_.size());
      block_.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      if (block_.size() == block_size) flush();
    }
  }
  std::uint64_t size() const { return hasher_.size() + block_.size(); }
  Hash finish() {
    flush();
    return hasher_.finish();
  }

 private:
  void flush() {
    if (!block_.empty()) hasher_.hash_block(block_, block_.size());
    block_.clear();
  }

  BlockHasher hasher_{HashAlgorithm::sha256, block_size};
  std::string block_;
};

ScanResult scan(const std::string& path, const std::vector<std::string>& hash_parts,
                TreePass pass) {
  NarHashSink hash;
  ReferenceScanner scanner(hash_parts);
  TeeSink both(hash, scanner);
  std::optional<Hash> finished;
  auto nar_hash = [&] {
    if (!finished) finished = hash.finish();
    return *finished;
  };
  pass.nar = &both;
  pass.nar_hash = nar_hash;
  walk_tree(path, pass);
  ScanResult result;
  result.nar_size = hash.size();
  result.nar_hash = nar_hash();
  result.references = scanner.found();
  if (pass.links) result.bytes_saved = pass.links->bytes_saved();
  return result;
}

}  // namespace

ReferenceScanner::ReferenceScanner(const std::vector<std::string>& hash_parts)
    : parts_(hash_parts.begin(), hash_parts.end()), missing_(parts_.begin(), parts_.end()) {}

void ReferenceScanner::write(std::string_view bytes) {
  if (missing_.empty()) return;
  std::size_t overlap = std::min(bytes.size(), part_size - 1);
  std::string border = tail_ + std::string(bytes.substr(0, overlap));
  search(border);
  if (bytes.size() >= part_size) {
    search(bytes);
    border = bytes.substr(bytes.size() - (part_size - 1));
  }
  tail_ = border.size() < part_size ? border : border.substr(border.size() - (part_size - 1));
}

/// Looks at every 32nd byte first: where it is no digit, no part can cover it.
void ReferenceScanner::search(std::string_view bytes) {
  std::size_t digits_end = 0;  // from `begin` to here are digits, if it is beyond `begin`
  for (std::size_t begin = 0; begin + part_size <= bytes.size();) {
    std::size_t known = std::max(begin, digits_end);
    std::size_t last = begin + part_size;
    while (last > known && base32_digits[static_cast<unsigned char>(bytes[last - 1])]) --last;
    if (last > known) {
      begin = last;
      continue;
    }
    digits_end = begin + part_size;
    auto match = missing_.find(bytes.substr(begin, part_size));
    if (match != missing_.end()) {
      found_.emplace(*match);
      missing_.erase(match);
    }
    ++begin;
  }
}

ScanResult scan_tree(const std::string& path, const std::vector<std::string>& hash_parts) {
  return scan(path, hash_parts, {});
}

ScanResult intake_tree(const StoreLayout& layout, const std::string& path,
                       const std::vector<std::string>& hash_parts,
                       std::optional<uid_t> expected_owner, SeenFiles* seen) {
  LinkFarm links(layout);
  TreePass pass;
  pass.canonicalize = true;
  pass.expected_owner = expected_owner;
  pass.seen = seen;
  pass.links = &links;
  return scan(path, hash_parts, pass);
}

}  // namespace nacre
