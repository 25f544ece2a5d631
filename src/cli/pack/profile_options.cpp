// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/profile_options.hpp"

#include "cli/options.hpp"

namespace nacre::cli {

void add_profile_options(CLI::App& command, ProfileOptions& options) {
  command.add_flag("--save-provenance", options.save_provenance,
                   "tell in the profile which channels, at which commits, its packages come from");
  command.add_flag("--localstatedir", options.local_state,
                   "add /var/guix, with a database of what is in the pack");
  command
      .add_option("--profile-name", options.profile_name,
                  "what root's profile in /var/guix is called: guix-profile (the default) or "
                  "current-guix")
      ->type_name("NAME");
}

void append_profile_keywords(std::vector<guile::Value>& arguments, const ProfileOptions& options) {
  arguments.push_back(guile::keyword("localstatedir?"));
  arguments.push_back(guile::to_scheme(options.local_state));
  arguments.push_back(guile::keyword("profile-name"));
  arguments.push_back(or_false(options.profile_name));
}

}  // namespace nacre::cli
