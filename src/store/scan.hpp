// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/hash.hpp"
#include "base/sink.hpp"
#include "store/layout.hpp"
#include "store/tree.hpp"

namespace nacre {

/// Looks for hash parts of store paths in a stream of bytes of any size; matches may lie across the
/// borders of what is written at a time. Not thread-safe.
class ReferenceScanner : public Sink {
 public:
  /// Each part is 32 digits of nix-base32.
  explicit ReferenceScanner(const std::vector<std::string>& hash_parts);
  ReferenceScanner(const ReferenceScanner&) = delete;
  ReferenceScanner& operator=(const ReferenceScanner&) = delete;
  void write(std::string_view bytes) override;
  const std::set<std::string>& found() const { return found_; }

 private:
  void search(std::string_view bytes);

  std::set<std::string> parts_;
  std::unordered_set<std::string_view> missing_;  ///< views into parts_
  std::set<std::string> found_;
  std::string tail_;  ///< the last 31 bytes written, or fewer
};

/// What one pass over a tree tells.
struct ScanResult {
  Hash nar_hash;  ///< SHA-256
  std::uint64_t nar_size = 0;
  std::set<std::string> references;  ///< those of the hash parts that occur
  std::uint64_t bytes_saved = 0;     ///< by deduplication
};

/// Hashes the tree at `path` as a NAR and looks for `hash_parts` in it, file names and links
/// included. Reads each byte once, in constant memory, and changes nothing.
ScanResult scan_tree(const std::string& path, const std::vector<std::string>& hash_parts);

/// The same for a fresh output, in one pass with canonicalize_tree and deduplicate_tree: afterwards
/// it is ready for Store::register_canonical_paths. `seen` is shared by the outputs of one build,
/// which may hold links to one file.
ScanResult intake_tree(const StoreLayout& layout, const std::string& path,
                       const std::vector<std::string>& hash_parts,
                       std::optional<uid_t> expected_owner = {}, SeenFiles* seen = nullptr);

}  // namespace nacre
