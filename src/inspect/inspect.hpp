// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nacre {

/// What is taken from a file that others wrote, at most. More is an Error; texts that are longer
/// count as not there.
struct InspectLimits {
  std::uint64_t entries = 50'000'000;             ///< of all archives in it
  std::uint64_t bytes = std::uint64_t{16} << 40;  ///< that these say they hold
  /// So much may be in a file of any size; beyond it, `unpacked_ratio` times the file's own size,
  /// which gzip cannot exceed.
  std::uint64_t unpacked = std::uint64_t{8} << 30;
  std::uint64_t unpacked_ratio = 1100;
  std::size_t store_items = 1'000'000;            ///< of one tree
  std::size_t document = std::size_t{8} << 20;    ///< a text that is read as a whole
  std::size_t documents = std::size_t{64} << 20;  ///< all of them
  std::size_t images = 64;
};

/// Where packages come from.
struct ProfileChannel {
  std::string name;  ///< may be empty
  std::string url;
  std::string branch;
  std::string commit;

  bool operator==(const ProfileChannel&) const = default;
};

struct ProfilePackage {
  std::string name;
  std::string version;
  std::string output;
  std::string item;                   ///< store path
  bool is_propagated = false;         ///< by another package
  std::vector<std::size_t> channels;  ///< of the profile's; none if it does not say
};

/// What a profile's `manifest` file says is in it.
struct InspectedProfile {
  std::string item;  ///< store path
  std::vector<ProfilePackage> packages;
  std::vector<ProfileChannel> channels;
};

struct InspectedItem {
  std::string path;
  std::string name;
  std::string version;  ///< may be empty
  std::uint64_t size = 0;
  std::uint64_t files = 0;
};

/// A file tree that can be run or installed.
struct InspectedImage {
  std::vector<std::string> names;
  std::string platform;  ///< such as "linux/amd64"
  std::size_t layers = 0;
  std::vector<std::string> entry_point;
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string user;
  std::string working_directory;
  std::map<std::string, std::string> labels;  ///< fields of the control file, of a Debian package
  std::vector<InspectedProfile> profiles;
  std::vector<InspectedItem> items;  ///< by path
  std::uint64_t closure_size = 0;    ///< of all items
  std::uint64_t other_size = 0;      ///< of files elsewhere, those of lower layers included
  std::uint64_t other_files = 0;
};

struct Inspection {
  /// docker-archive, oci-archive, oci-layout (a directory), deb, rpm, tarball, squashfs, appimage
  /// or sif
  std::string format;
  std::string compression;  ///< of the file as a whole, or of what a package installs; "none"
  std::vector<InspectedImage> images;
};

/// Finds out what the archive, image or OCI layout at `path` holds, whatever tool made it. Nothing
/// is written to disk, and no program is run; memory grows with the number of store items, not with
/// that of files or bytes. The bytes are foreign: Error if they are no archive, malformed, or go
/// beyond the limits.
Inspection inspect_file(const std::string& path, const InspectLimits& limits = {});
/// The same of bytes in memory.
Inspection inspect_bytes(std::string_view bytes, const InspectLimits& limits = {});

}  // namespace nacre
