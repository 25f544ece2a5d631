// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.hpp"
#include "cli/package/command.hpp"

namespace nacre::cli {

void export_manifest(Session& session, const std::vector<std::string>& profiles) {
  session.start_language();
  const guile::Value text =
      guile::apply(guile::reference("(nacre export-manifest)", "exported-manifest"),
                   {session.store_connection(), to_scheme_list(profiles)});
  fmt::print("{}", guile::to_string(text));
}

}  // namespace nacre::cli
