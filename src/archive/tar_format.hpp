// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

/// A tar archive's records, for its writer and its reader.
namespace nacre::tar_format {

constexpr std::size_t record_size = 512;

/// The header as GNU tar lays it out on disk.
struct Header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_target[100];
  char magic[8];
  char user[32];
  char group[32];
  char device_major[8];
  char device_minor[8];
  char rest[167];
};
static_assert(sizeof(Header) == record_size);

/// The sum of the header's bytes, its checksum's own counted as spaces.
unsigned checksum(const Header& header);

}  // namespace nacre::tar_format
