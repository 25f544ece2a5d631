// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/pack/sbom.hpp"

#include <unistd.h>

#include "base/files.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

void add_sbom_options(CLI::App& command, SbomOptions& options) {
  CLI::Option* format = command.add_option(
      "--sbom", options.format,
      "print the bill of materials, as spdx or cyclonedx, and build nothing; with "
      "--push, put it beside the image in the registry");
  format->type_name("FORMAT");
  command.add_option("--sbom-file", options.file, "write the bill of materials to FILE")
      ->type_name("FILE")
      ->needs(format);
}

std::string make_sbom(Session& session, const SbomOptions& options, const guile::Value& manifest,
                      const Platform& platform) {
  if (options.format.empty()) return {};
  const guile::Value text =
      guile::apply(guile::reference("(nacre sbom)", "manifest->sbom"),
                   {session.store_connection(), manifest, guile::to_scheme(options.format),
                    guile::keyword("system"), or_false(platform.system), guile::keyword("target"),
                    or_false(platform.target), guile::keyword("tool"),
                    guile::to_scheme("nacre-" NACRE_VERSION)});
  return guile::to_string(text);
}

void write_sbom(const SbomOptions& options, const std::string& text) {
  if (options.file.empty())
    write_fully(STDOUT_FILENO, text);
  else
    write_file_atomically(options.file, text);
}

registry::Artefact sbom_artefact(const SbomOptions& options, const std::string& text) {
  const std::string type =
      options.format == "spdx" ? "application/spdx+json" : "application/vnd.cyclonedx+json";
  return {type, type, text, {}};
}

}  // namespace nacre::cli
