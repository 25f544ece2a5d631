// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack.hpp"

namespace nacre {
namespace {

/// Of all of them: they share what writes layers, archives and file systems.
constexpr std::string_view version = "3";

constexpr Builtin builtins[] = {
    {.name = "pack-tarball", .run = build_tarball_pack, .version = version},
    {.name = "pack-docker", .run = build_docker_pack, .version = version},
    {.name = "pack-oci", .run = build_oci_pack, .version = version},
    {.name = "pack-oci-directory", .run = build_oci_directory_pack, .version = version},
    {.name = "pack-deb", .run = build_deb_pack, .version = version},
    {.name = "pack-deb-directory", .run = build_deb_directory_pack, .version = version},
    {.name = "pack-rpm", .run = build_rpm_pack, .version = version},
    {.name = "pack-squashfs", .run = build_squashfs_pack, .version = version},
    {.name = "pack-appimage", .run = build_appimage_pack, .version = version},
    {.name = "pack-sif", .run = build_sif_pack, .version = version},
};

}  // namespace

void register_pack_builtins() {
  register_builtins(builtins);
}

}  // namespace nacre
