// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/find/file_index.hpp"
#include "cli/options.hpp"
#include "store/roots.hpp"

namespace nacre::cli {

namespace {

struct LocateCommand {
  std::vector<std::string> names;
  std::string database;  ///< "" for the one in the user's cache
  std::string method = "store";
  bool is_glob = false;
  bool update = false;
  bool clear = false;
  bool stats = false;
};

/// With 'sudo', HOME may be another user's, who could have put a link there.
std::string own_file(const std::string& directory) {
  const auto status = try_lstat(directory);
  if (status && (!S_ISDIR(status->st_mode) || status->st_uid != geteuid()))
    throw Error("'{}' is not a directory of yours", directory)
        .hint("name a file for the index with --database");
  return directory + "/locate.sqlite";
}

std::string usual_database() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return own_file(std::string(cache) + "/nacre");
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/')
    throw Error("where to keep the index of files is unknown: HOME is not set")
        .hint("name a file with --database");
  return own_file(std::string(home) + "/.cache/nacre");
}

/// What was built.
StorePathSet built_items(const LocalStore& store) {
  StorePathSet items;
  for (const StorePath& path : store.all_valid_paths())
    if (!path.is_derivation() && store.path_info(path).deriver) items.insert(path);
  return items;
}

/// What profiles hold: the items that they refer to.
StorePathSet profile_items(const LocalStore& store) {
  const std::string profiles = store.layout().state + "/profiles/";
  StorePathSet items;
  for (const auto& [link, path] : find_link_roots(store.layout()))
    if (link.starts_with(profiles) && store.is_valid(path)) items.merge(store.references(path));
  return items;
}

int print_stats(FileIndex& index, const std::string& file) {
  const FileIndex::Counts counts = index.counts();
  fmt::print("{}: {} files of {} store items\n", file, counts.files, counts.items);
  return 0;
}

int print_matches(FileIndex& index, const LocateCommand& command, const StorePathSet& items) {
  std::string missing;
  for (const std::string& name : command.names) {
    bool is_found = false;
    for (const FileIndex::Match& match : index.find(name, command.is_glob)) {
      if (!items.contains(match.item)) continue;
      fmt::print("{:<28} {}\n", match.package, match.file);
      is_found = true;
    }
    if (!is_found) missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", name);
  }
  if (missing.empty()) return 0;
  throw Error("no package {} has a file {}",
              command.method == "store" ? "in the store" : "in a profile", missing)
      .hint("only packages that are in the store are known; 'nacre search' searches all");
}

int run(Session& session, const LocateCommand& command) {
  const std::string file = command.database.empty() ? usual_database() : command.database;
  FileIndex index(file);
  if (command.clear) index.clear();
  if (command.stats) return print_stats(index, file);
  if (command.names.empty()) {
    if (!command.update && !command.clear)
      throw Error("no file to look for").hint("such as: nacre locate bin/ls");
    if (!command.update) return 0;
  }
  const LocalStore& store = *session.store();
  const StorePathSet items = command.method == "store" ? built_items(store) : profile_items(store);
  index.update(store, items);
  return command.names.empty() ? print_stats(index, file) : print_matches(index, command, items);
}

}  // namespace

void add_locate_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<LocateCommand>();
  CLI::App& app =
      *program.add_subcommand("locate", "find the packages in the store that have a file");
  app.add_option("FILE", command->names, "names of files, or their last parts (ls, bin/ls)")
      ->type_name("");
  app.add_flag("-g,--glob", command->is_glob, "FILE is a pattern: 'lib*.a'");
  app.add_option("-m,--method", command->method,
                 "search what was built (store, the default), or what profiles hold (manifests)")
      ->type_name("METHOD")
      ->check(CLI::IsMember({"store", "manifests"}));
  app.add_flag("-u,--update", command->update, "only update the index, which each search does too");
  app.add_flag("--clear", command->clear, "make the index empty first");
  app.add_flag("--stats", command->stats, "print how much the index holds");
  app.add_option("--database", command->database, "keep the index in FILE")->type_name("FILE");
  add_display_options(app, session);
  add_examples(app,
               "  nacre locate ls                     which package has it?\n"
               "  nacre locate -g 'libz.so*'");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
