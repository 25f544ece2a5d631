// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/tar.hpp"
#include "builds/builtin.hpp"
#include "pack/compression/compressor.hpp"
#include "pack/local_state.hpp"
#include "pack/root_entries.hpp"
#include "profile/store_files.hpp"

namespace nacre {

/// A symbolic link to add.
struct PackSymlink {
  std::string source;  ///< its name in an archive: relative, without "." and ".."
  std::string target;  ///< relative to the profile
};

/// The input that all formats of packs share.
struct PackInput {
  StorePath profile;
  StorePathSet closure;  ///< of the profile, which is in it
  Compression compression;
  std::optional<int> level;
  Codecs codecs;                          ///< not used without compression
  std::vector<PackSymlink> symlinks;      ///< sorted; none is below another
  std::vector<RootEntry> root_entries;    ///< sorted; none excludes another or a link
  std::optional<LocalState> local_state;  ///< what to add besides; none of the former is in it
};

/// Reads the derivation's variables, of which `profile` is the one that names the profile. Error,
/// naming what is wrong, for anything unexpected.
PackInput read_pack_input(const BuiltinContext& context, const std::string& profile = "profile");

/// Whether a relative file name has no empty, "." and ".." parts.
bool is_plain_name(std::string_view path);

/// Whether the file name `path` is `directory` or is below it; "" is the root directory.
bool is_within(std::string_view path, std::string_view directory);

/// Error unless `text` is a whole number from `lowest` to `highest`; `what` names it.
int parse_number(std::string_view what, const std::string& text, int lowest, int highest);

/// Error unless `path`, relative to the profile, exists in it; `what` says what asks for it.
void check_in_profile(const StoreFiles& files, const StorePath& profile, const std::string& path,
                      std::string_view what);

/// Relative links lead into the unpacked store wherever that is. Absolute ones are for what is
/// installed at the root of a system, where /bin may be a link to /usr/bin.
enum class LinkTargets { relative, absolute };

/// What the link contains.
std::string link_contents(const PackInput& input, const PackSymlink& link,
                          LinkTargets targets = LinkTargets::relative);

/// Parent directories (but those that are `present`), the links, and the input's own entries, each
/// in order.
void add_root_files(TarWriter& tar, const PackInput& input, const std::set<std::string>& present,
                    LinkTargets targets = LinkTargets::relative);

/// The name in an archive of a store path.
inline std::string archive_name(const StorePath& path) {
  return path.text().substr(1);
}

}  // namespace nacre
