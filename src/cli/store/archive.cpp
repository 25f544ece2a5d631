// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <memory>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "store/export.hpp"
#include "substitute/keys.hpp"

namespace nacre::cli {

namespace {

enum class Request { none, export_items, import_items, generate_key, authorize };

struct ArchiveCommand {
  Request request = Request::none;
  std::vector<std::string> items;
  bool recursive = false;
};

int export_items(Session& session, const ArchiveCommand& command) {
  if (command.items.empty())
    throw Error("nothing to export").hint("name store items, such as $(nacre build hello)");
  if (isatty(STDOUT_FILENO) != 0)
    throw Error("an archive is nothing for a terminal").hint("redirect the output to a file");
  std::vector<StorePath> paths;
  for (const std::string& item : command.items) paths.emplace_back(item);
  FdSink output(STDOUT_FILENO);
  BufferedSink buffer(output);
  const auto& store = session.store();
  export_paths(*store, paths, buffer, {command.recursive, store_signer(store->configuration())});
  buffer.flush();
  return 0;
}

int import_items(Session& session) {
  FdSource input(STDIN_FILENO);
  BufferedSource buffer(input);
  const auto& store = session.store();
  for (const StorePath& path :
       import_paths(*store, buffer, store_signature_check(store->configuration())))
    fmt::print("{}\n", path.text());
  return 0;
}

int generate_key(Session& session) {
  generate_signing_key(session.configuration());
  fmt::print("{}/signing-key.pub\n", session.configuration());
  return 0;
}

int authorize(Session& session) {
  authorize_key(session.configuration(), Sexp::parse(read_fd(STDIN_FILENO)));
  return 0;
}

int run(Session& session, const ArchiveCommand& command) {
  switch (command.request) {
    case Request::export_items:
      return export_items(session, command);
    case Request::import_items:
      return import_items(session);
    case Request::generate_key:
      return generate_key(session);
    case Request::authorize:
      return authorize(session);
    case Request::none:
      break;
  }
  throw Error("nothing to do").hint("use --export, --import, --generate-key or --authorize");
}

void add_request(CLI::App& app, const std::string& name, ArchiveCommand& command, Request request,
                 const std::string& help) {
  app.add_flag_callback(
      name, [&command, request] { command.request = request; }, help);
}

}  // namespace

void add_archive_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<ArchiveCommand>();
  CLI::App& app =
      *program.add_subcommand("archive", "take store items to another store; make and trust keys");
  app.add_option("ITEM", command->items, "store items")->type_name("");
  add_request(app, "--export", *command, Request::export_items,
              "write ITEMs, signed, to standard output");
  app.add_flag("-r,--recursive", command->recursive, "and all that they refer to");
  add_request(app, "--import", *command, Request::import_items,
              "take the items that are read from standard input, if an authorized key signed them");
  add_request(app, "--generate-key", *command, Request::generate_key,
              "make the key with which this store signs, and print where its public half is");
  add_request(app, "--authorize", *command, Request::authorize,
              "trust what the public key that is read from standard input signs");
  add_display_options(app, session);
  add_examples(app,
               "  nacre archive --generate-key\n"
               "  nacre archive --export -r $(nacre build hello) > hello.nar\n"
               "  nacre archive --authorize < their-key.pub\n"
               "  nacre archive --import < hello.nar");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
