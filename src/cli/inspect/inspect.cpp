// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/inspect.hpp"

#include <unistd.h>

#include <memory>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/inspect/output.hpp"
#include "cli/inspect/verify_attestation.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct InspectCommand {
  std::string file;
  std::string format = "text";
  std::string attestation;
};

int run(Session& session, const InspectCommand& command) {
  if (!command.attestation.empty()) {
    write_fully(STDOUT_FILENO, verify_attestation(session.configuration(), command.attestation,
                                                  command.file, command.format == "json"));
    return 0;
  }
  const Inspection inspection = inspect_file(command.file);
  write_fully(STDOUT_FILENO,
              command.format == "json" ? inspection_json(inspection) : inspection_text(inspection));
  return 0;
}

}  // namespace

void add_inspect_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<InspectCommand>();
  CLI::App& app = *program.add_subcommand(
      "inspect", "tell what an image or an archive holds, unpacking nothing");
  app.add_option(
         "FILE", command->file,
         "an image of 'docker save', an OCI archive or layout, a tarball, a .deb, a .rpm, or a "
         "SquashFS, AppImage or SIF file")
      ->required()
      ->type_name("");
  app.add_option("-f,--format", command->format, "text (the default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option(
         "--verify", command->attestation,
         "instead, check that ATTESTATION, which nacre pack --attest wrote, is about the file "
         "and signed by an authorized key; tell what it says, or as json show it")
      ->type_name("ATTESTATION");
  add_examples(app,
               "  nacre inspect $(nacre pack -f docker hello)\n"
               "  nacre inspect --verify=image.tar.intoto.jsonl image.tar\n"
               "  nacre inspect --format=json image.tar | jq '.images[].items[].path'");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
