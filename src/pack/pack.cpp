// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack.hpp"

namespace nacre {

void register_pack_builtins() {
  register_builtin_builder("pack-tarball", build_tarball_pack);
  register_builtin_builder("pack-docker", build_docker_pack);
  register_builtin_builder("pack-oci", build_oci_pack);
  register_builtin_builder("pack-oci-directory", build_oci_directory_pack);
  register_builtin_builder("pack-deb", build_deb_pack);
  register_builtin_builder("pack-deb-directory", build_deb_directory_pack);
  register_builtin_builder("pack-rpm", build_rpm_pack);
  register_builtin_builder("pack-squashfs", build_squashfs_pack);
  register_builtin_builder("pack-appimage", build_appimage_pack);
  register_builtin_builder("pack-sif", build_sif_pack);
}

}  // namespace nacre
