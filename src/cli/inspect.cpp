// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/inspect.hpp"

#include <unistd.h>

#include <memory>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/inspect_output.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct InspectCommand {
  std::string file;
  std::string format = "text";
};

int run(const InspectCommand& command) {
  const Inspection inspection = inspect_file(command.file);
  write_fully(STDOUT_FILENO,
              command.format == "json" ? inspection_json(inspection) : inspection_text(inspection));
  return 0;
}

}  // namespace

void add_inspect_command(CLI::App& program, Session& /*session*/, Action& action) {
  auto command = std::make_shared<InspectCommand>();
  CLI::App& app = *program.add_subcommand(
      "inspect", "tell what an image or an archive holds, unpacking nothing");
  app.add_option("FILE", command->file,
                 "an image of 'docker save', an OCI archive, a tarball, a .deb or a .rpm")
      ->required()
      ->type_name("");
  app.add_option("-f,--format", command->format, "text (the default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  add_examples(app,
               "  nacre inspect $(nacre pack -f docker hello)\n"
               "  nacre inspect --format=json image.tar | jq '.images[].items[].path'");
  app.callback([&action, command] { action = [command] { return run(*command); }; });
}

}  // namespace nacre::cli
