// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "archive/source_tree.hpp"
#include "base/hash.hpp"
#include "base/sink.hpp"

/// Nix archives: the canonical form of a file tree. docs/formats.md. Streaming: memory does not
/// grow with file sizes.
namespace nacre {

/// Writes a tree; entries in the order of their bytes.
void dump_nar(const SourceTree& tree, Sink& sink);
/// The same for a file or directory of this machine (DirectoryTree).
void dump_nar(const std::string& path, Sink& sink, const PathFilter& filter = {});

/// Creates at `path` (which must not exist) the tree that the archive holds, and reads no byte
/// past its end. The archive is foreign: names that are empty, ".", "..", hold a slash or NUL,
/// repeat or are out of order, bad padding and bad tokens are Errors; nothing is written outside
/// of `path`. On failure what was written is removed.
void restore_nar(Source& source, const std::string& path);

/// Hash and size of the archive of a tree.
struct NarHash {
  Hash hash;
  std::uint64_t size = 0;
};
NarHash hash_nar(const SourceTree& tree, HashAlgorithm algorithm = HashAlgorithm::sha256);
NarHash hash_nar(const std::string& path, HashAlgorithm algorithm = HashAlgorithm::sha256,
                 const PathFilter& filter = {});

}  // namespace nacre
