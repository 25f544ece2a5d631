// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/sink.hpp"
#include "pack/distribution/rpm_header.hpp"
#include "pack/pack_input.hpp"

namespace nacre {

/// A file, directory or symbolic link of an RPM package.
struct RpmFile {
  std::string name;  ///< relative to the root
  mode_t mode;       ///< with the type
  std::uint64_t size = 0;
  std::string link_target;
  std::string source;    ///< where a regular file physically lies; "" if it is nowhere
  std::string contents;  ///< of a regular file that is nowhere
  std::string digest;    ///< SHA-256 of a regular file, in base 16; zeros until it was read
};

/// What the package owns: the closure with /gnu/store itself, the symbolic links that were asked
/// for, and the directories that these need, but none that every system has. In the order of their
/// names, by which RPM looks them up. Links are absolute: a package is not installed elsewhere, but
/// the directory of a link may be a link itself, as /bin often is. Error for a file of 4 GiB and
/// more.
std::vector<RpmFile> list_rpm_files(const BuiltinContext& context, const PackInput& input);

/// Bytes of the files and links, when they are installed.
std::uint64_t installed_size(const std::vector<RpmFile>& files);

/// Sets what the header has about the files.
void describe_rpm_files(const std::vector<RpmFile>& files, RpmHeader& header);

/// How long the payload, a cpio archive, is before it is compressed.
std::uint64_t rpm_payload_size(const std::vector<RpmFile>& files);

/// Writes the compressed payload to `out`, and sets the files' digests.
void write_rpm_payload(const BuiltinContext& context, const PackInput& input,
                       std::vector<RpmFile>& files, Sink& out);

}  // namespace nacre
