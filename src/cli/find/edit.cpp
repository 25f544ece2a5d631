// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "base/files.hpp"
#include "base/process.hpp"
#include "cli/commands.hpp"
#include "cli/find/channel_index.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

/// A shell command line, without the files.
std::string editor() {
  for (const char* variable : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  throw Error("which editor to start is unknown: neither VISUAL nor EDITOR is set")
      .hint("name one, such as: EDITOR=nano nacre edit …");
}

std::string find_file(const std::string& file, const std::vector<std::string>& directories) {
  if (file.starts_with("/")) return file;
  for (const std::string& directory : directories)
    if (path_exists(directory + "/" + file)) return directory + "/" + file;
  throw Error("the file '{}' is in none of the directories with packages", file)
      .hint("if it is in a directory of your own, name that by -L");
}

/// Arguments +LINE FILE.
void add_place(std::vector<std::string>& arguments, const IndexedPackage& package,
               const std::vector<std::string>& directories) {
  const std::vector<std::string_view> parts = split_text(package.location, ':');
  if (parts.size() < 2)
    throw Error("where package '{}' is defined is unknown", package.full_name());
  arguments.push_back(fmt::format("+{}", parts[1]));
  arguments.push_back(find_file(std::string(parts[0]), directories));
}

int edit(Session& session, const std::vector<std::string>& specifications) {
  // The shell, because EDITOR may hold options and quotes.
  std::vector<std::string> argv{"/bin/sh", "-c", editor() + " \"$@\"", "sh"};
  const PackageIndex index = channel_index(session);
  const std::vector<std::string> directories = package_directories(session);
  for (const std::string& specification : specifications)
    add_place(argv, *find_packages(index, specification, true).front(), directories);
  return run_in_foreground({argv, {}, "", ""});
}

}  // namespace

void add_edit_command(CLI::App& program, Session& session, Action& action) {
  auto specifications = std::make_shared<std::vector<std::string>>();
  CLI::App& app =
      *program.add_subcommand("edit", "open the definitions of packages in $VISUAL or $EDITOR");
  app.add_option("PACKAGE", *specifications, "packages (hello, python@3.9)")
      ->required()
      ->type_name("");
  add_common_options(app, session);
  add_examples(app,
               "  nacre edit python-numpy             at the line where it begins\n"
               "  EDITOR=less nacre edit hello sed    only to read");
  app.callback([&session, &action, specifications] {
    action = [&session, specifications] { return edit(session, *specifications); };
  });
}

}  // namespace nacre::cli
