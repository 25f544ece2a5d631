// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "builds/builtin.hpp"

namespace nacre {

/// "builtin:download": variable `url` is an address, or several as Scheme prints a list of strings
/// (or one string); they are tried in order until one gives a file. http, https and ftp; file://;
/// and mirror://debian/PATH, a file of Debian's archive from wherever this machine gets its
/// packages. With `executable` = "1" the file is made executable. The fixed-output check decides
/// what is accepted, so servers are not asked for certificates.
void build_download(const BuiltinContext& context);

/// "builtin:git-download": variable `url` as above, `commit` the hash of a commit or the name of a
/// tag; with `recursive?` = "#t" its submodules come along. The output is the directory of its
/// files.
void build_git_download(const BuiltinContext& context);

/// "builtin:unpack-deb": variable `debs` is a list of store paths of Debian packages; their files
/// are unpacked one over the other into the output, as one tree in which bin, sbin and lib* lie
/// under usr.
void build_unpack_deb(const BuiltinContext& context);

}  // namespace nacre
