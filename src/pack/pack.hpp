// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builtin.hpp"

namespace nacre {

/// The built-in builders that turn a profile and its closure into one file. Their variables are in
/// docs/contract.md. What they write depends on those and on the contents of the closure alone.
/// A builder that fails leaves no file.

/// "builtin:pack-tarball": the closure under gnu/store, and symbolic links, in a tar archive.
void build_tarball_pack(const BuiltinContext& context);
/// "builtin:pack-docker": an image for `docker load` and `podman load`.
void build_docker_pack(const BuiltinContext& context);
/// "builtin:pack-oci": an OCI image layout in a tar archive.
void build_oci_pack(const BuiltinContext& context);
/// "builtin:pack-oci-directory": one in a directory.
void build_oci_directory_pack(const BuiltinContext& context);
/// "builtin:pack-deb": a Debian package.
void build_deb_pack(const BuiltinContext& context);
/// "builtin:pack-deb-directory": a Debian package for each store item and one for the links, in a
/// directory that apt reads as a repository.
void build_deb_directory_pack(const BuiltinContext& context);
/// "builtin:pack-rpm": an RPM package.
void build_rpm_pack(const BuiltinContext& context);
/// "builtin:pack-squashfs": a file system for Singularity, and for mounting.
void build_squashfs_pack(const BuiltinContext& context);
/// "builtin:pack-appimage": a program that has such a file system in its file.
void build_appimage_pack(const BuiltinContext& context);
/// "builtin:pack-sif": the same file system in a Singularity Image Format file.
void build_sif_pack(const BuiltinContext& context);

/// Registers them all; called from main only.
void register_pack_builtins();

}  // namespace nacre
