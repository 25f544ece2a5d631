// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace nacre {

/// Where the contents of a file of an archive lie in it.
struct TarExtent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// Gives `size` bytes that begin at `offset`, or throws Error.
using ReadAt = std::function<void(std::uint64_t offset, char* bytes, std::size_t size)>;

/// The regular files of an uncompressed tar archive of `size` bytes, by name, found by its headers
/// alone; all extents lie within it. For archives such as TarWriter makes, with names of no more
/// than 100 bytes: Error if it holds anything but files and directories, a name twice, a bad
/// header, or no end.
std::map<std::string, TarExtent> index_tar(const ReadAt& read, std::uint64_t size);

}  // namespace nacre
