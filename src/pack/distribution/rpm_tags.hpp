// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nacre {

/// The numbers that RPM has for what headers hold, as far as packs need them.
enum class RpmTag : std::uint32_t {
  header_languages = 100,
  name = 1000,
  version = 1001,
  release = 1002,
  summary = 1004,
  description = 1005,
  build_time = 1006,
  size = 1009,
  license = 1014,
  group = 1016,
  url = 1020,
  operating_system = 1021,
  architecture = 1022,
  pre_install = 1023,
  post_install = 1024,
  pre_remove = 1025,
  post_remove = 1026,
  file_sizes = 1028,
  file_modes = 1030,
  file_special_devices = 1033,
  file_times = 1034,
  file_digests = 1035,
  file_links = 1036,
  file_flags = 1037,
  file_users = 1039,
  file_groups = 1040,
  source_package = 1044,
  file_verification = 1045,
  provided_names = 1047,
  required_flags = 1048,
  required_names = 1049,
  required_versions = 1050,
  pre_install_program = 1085,
  post_install_program = 1086,
  pre_remove_program = 1087,
  post_remove_program = 1088,
  file_devices = 1095,
  file_inodes = 1096,
  file_languages = 1097,
  provided_flags = 1112,
  provided_versions = 1113,
  directory_indexes = 1116,
  base_names = 1117,
  directory_names = 1118,
  payload_format = 1124,
  payload_compressor = 1125,
  long_size = 5009,
  file_digest_algorithm = 5011,
  encoding = 5062,
  payload_digests = 5092,
  payload_digest_algorithm = 5093,
};

/// Those of the signature header, which has numbers of its own.
enum class RpmSignatureTag : std::uint32_t {
  long_size = 270,
  long_payload_size = 271,
  header_sha256 = 273,
  size = 1000,
  payload_size = 1007,
};

/// What makes a header's entries one that cannot be changed.
enum class RpmRegion : std::uint32_t { signature = 62, header = 63 };

/// SHA-256, as RPM numbers hash functions.
inline constexpr std::uint32_t rpm_sha256 = 8;

/// What a dependency says, besides a version or when it is needed.
namespace rpm_sense {
inline constexpr std::uint32_t less = 1U << 1;
inline constexpr std::uint32_t equal = 1U << 3;
inline constexpr std::uint32_t pre_install = 1U << 9;
inline constexpr std::uint32_t post_install = 1U << 10;
inline constexpr std::uint32_t pre_remove = 1U << 11;
inline constexpr std::uint32_t post_remove = 1U << 12;
inline constexpr std::uint32_t rpm_itself = 1U << 24;
}  // namespace rpm_sense

}  // namespace nacre
