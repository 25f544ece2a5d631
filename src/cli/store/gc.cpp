// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/gc.hpp"

#include <sys/statvfs.h>

#include <charconv>
#include <memory>

#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "builds/repair.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/package/generations.hpp"
#include "cli/render.hpp"
#include "cli/shell/cache.hpp"
#include "sandbox/workspace.hpp"
#include "store/roots.hpp"

namespace nacre::cli {

namespace {

enum class Request {
  collect,
  erase,
  list_roots,
  list_dead,
  list_live,
  list_busy,
  optimize,
  vacuum_database,
  references,
  referrers,
  requisites,
  derivers,
  verify,
  delete_environments
};

struct GcCommand {
  Request request = Request::collect;
  std::string minimum;            ///< --collect-garbage=MIN
  std::string free_space;         ///< --free-space=FREE
  std::string verify;             ///< contents,repair
  std::string kept_environments;  ///< --delete-environments=KEPT; "" for none
  bool deletes_generations = false;
  std::string generations;  ///< --delete-generations=PATTERN; "" for all
  std::vector<std::string> paths;
};

StorePathSet to_store_paths(const LocalStore& store, const std::vector<std::string>& texts) {
  StorePathSet paths;
  for (const std::string& text : texts) {
    const bool is_link = !text.starts_with(store_directory) && path_exists(text) &&
                         S_ISLNK(lstat_file(text).st_mode);
    const StorePath path = StorePath::containing(is_link ? read_link(text) : text);
    if (!store.is_valid(path)) throw Error("'{}' is not in the store", path.text());
    paths.insert(path);
  }
  if (paths.empty())
    throw Error("no store item given").hint("name one or more, such as /gnu/store/…");
  return paths;
}

void print_paths(const StorePathSet& paths) {
  for (const StorePath& path : paths) fmt::print("{}\n", path.text());
}

/// How much has to go so that FREE bytes are free on the store's file system.
std::uint64_t missing_space(const LocalStore& store, std::uint64_t wanted) {
  struct statvfs status {};
  if (statvfs(store.layout().store.c_str(), &status) != 0) throw_errno(store.layout().store);
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  return wanted > free ? wanted - free : 0;
}

int collect(Session& session, const GcCommand& command) {
  LocalStore& store = *session.store();
  GcOptions options;
  if (!command.minimum.empty()) options.max_freed = parse_size(command.minimum);
  if (!command.free_space.empty()) {
    options.max_freed = missing_space(store, parse_size(command.free_space));
    if (options.max_freed == 0) {
      fmt::print("{} are free already\n", human_size(parse_size(command.free_space)));
      return 0;
    }
  }
  if (command.request == Request::erase) {
    options.action = GcOptions::Action::delete_specific;
    options.paths_to_delete = to_store_paths(store, command.paths);
  } else if (!command.paths.empty()) {
    throw Error("a collection takes no store items")
        .hint("to delete an item: nacre gc --delete ITEM");
  }
  if (command.deletes_generations) delete_generations_of_all(session, command.generations);
  if (command.request == Request::collect) Workspace::remove_stale(store.layout());
  const GcResult result = collect_garbage(store, options, session.reporter());
  fmt::print("{} items deleted, {} freed\n", result.paths.size(), human_size(result.bytes_freed));
  return 0;
}

int list(Session& session, GcOptions::Action action) {
  GcOptions options;
  options.action = action;
  const GcResult result = collect_garbage(*session.store(), options, session.reporter());
  for (const StorePath& path : result.paths) fmt::print("{}\n", path.text());
  return 0;
}

int list_roots(Session& session) {
  for (const auto& [link, path] : session.store()->find_roots())
    fmt::print("{} -> {}\n", link, path.text());
  return 0;
}

/// What running processes use.
int list_busy(Session& session) {
  const LocalStore& store = *session.store();
  StorePathSet busy;
  for (const auto& [holder, path] :
       find_process_roots([&store](const StorePath& path) { return store.is_valid(path); }))
    busy.insert(path);
  print_paths(busy);
  return 0;
}

/// The store shares equal files as they come; files of a store that another program filled, or that
/// reached the file system's limit of links, can be shared later.
int optimize(Session& session) {
  LocalStore& store = *session.store();
  std::uint64_t saved = 0;
  for (const StorePath& path : store.all_valid_paths()) {
    check_interrupted();
    saved += store.deduplicate(path);
  }
  fmt::print("{} freed by sharing equal files\n", human_size(saved));
  return 0;
}

int vacuum_database(Session& session) {
  fmt::print("{} freed in the database\n", human_size(session.store()->compact_database()));
  return 0;
}

/// They are roots, which a collection leaves; without them it can delete what they needed.
int delete_environments(Session& session, const GcCommand& command) {
  const EnvironmentCache cache(session.location());
  const std::vector<std::string> used = environments_in_use();
  const std::string& text = command.kept_environments;
  std::size_t kept = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), kept);
  if (!text.empty() && (code != std::errc() || end != text.data() + text.size()))
    throw Error("'{}' is not a number of environments", text);
  cache.remove_unused(used);
  fmt::print("{} cached environments deleted\n", cache.remove(kept, used));
  return 0;
}

int query(Session& session, const GcCommand& command) {
  const LocalStore& store = *session.store();
  const StorePathSet paths = to_store_paths(store, command.paths);
  if (command.request == Request::requisites) {
    print_paths(store.requisites(paths));
    return 0;
  }
  StorePathSet found;
  for (const StorePath& path : paths) {
    found.merge(command.request == Request::references  ? store.references(path)
                : command.request == Request::referrers ? store.referrers(path)
                                                        : store.derivers(path));
  }
  print_paths(found);
  return 0;
}

VerifyOptions verify_options(Session& session, const std::string& words) {
  VerifyOptions options;
  for (const std::string& word : CLI::detail::split(words, ',')) {
    if (word == "contents") {
      options.check_contents = true;
    } else if (word == "repair") {
      options.check_contents = options.repair = true;
    } else if (!word.empty()) {
      throw Error("unknown verification '{}'", word)
          .hint("write contents, repair or contents,repair");
    }
  }
  options.repairer = [&session](const StorePath& path, const StorePathSet& damaged) {
    return repair_item(*session.store(), session.derivations(), path, damaged,
                       session.build_options, session.reporter());
  };
  return options;
}

const char* describe(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::missing:
      return "missing";
    case Fault::Kind::modified:
      return "modified";
    case Fault::Kind::unreadable:
      return "unreadable";
    case Fault::Kind::forged:
      return "forged";
    case Fault::Kind::wrong_link:
      return "damaged shared file";
  }
  return "";
}

int verify(Session& session, const GcCommand& command) {
  const VerifyOptions options = verify_options(session, command.verify);
  const VerifyResult result = verify_store(*session.store(), options, session.reporter());
  bool is_repairable = false;
  for (const Fault& fault : result.faults) {
    fmt::print("{}: {}: {}\n", describe(fault.kind), fault.name, fault.reason);
    if (fault.repaired) fmt::print("repaired: {}\n", fault.name);
    if (!fault.failure.empty()) fmt::print("not repaired: {}: {}\n", fault.name, fault.failure);
    is_repairable |= fault.kind != Fault::Kind::forged;
  }
  if (result.faults.empty()) fmt::print("nothing wrong in the store\n");
  if (is_repairable && !options.repair)
    session.reporter().info("'nacre gc --verify=contents,repair' repairs what it can");
  return result.ok() ? 0 : 1;
}

int run(Session& session, const GcCommand& command) {
  switch (command.request) {
    case Request::collect:
    case Request::erase:
      return collect(session, command);
    case Request::list_roots:
      return list_roots(session);
    case Request::list_dead:
      return list(session, GcOptions::Action::return_dead);
    case Request::list_live:
      return list(session, GcOptions::Action::return_live);
    case Request::list_busy:
      return list_busy(session);
    case Request::optimize:
      return optimize(session);
    case Request::vacuum_database:
      return vacuum_database(session);
    case Request::verify:
      return verify(session, command);
    case Request::delete_environments:
      return delete_environments(session, command);
    default:
      return query(session, command);
  }
}

void add_request(CLI::App& app, const std::string& name, GcCommand& command, Request request,
                 const std::string& help) {
  app.add_flag_callback(
      name, [&command, request] { command.request = request; }, help);
}

}  // namespace

void add_gc_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<GcCommand>();
  CLI::App& app = *program.add_subcommand("gc", "collect garbage; ask and check the store");
  app.add_option("ITEM", command->paths, "store items")->type_name("");
  app.add_option("-C,--collect-garbage", command->minimum,
                 "collect garbage; stop after freeing MIN bytes")
      ->type_name("[MIN]")
      ->expected(0, 1);
  app.add_option("-F,--free-space", command->free_space, "make FREE bytes free on the file system")
      ->type_name("FREE");
  app.add_option_function<std::string>(
         "-d,--delete-generations",
         [command](const std::string& pattern) {
           command->deletes_generations = true;
           command->generations = pattern;
         },
         "before, delete the generations of all your profiles that match PATTERN (such as 2m)")
      ->type_name("[PATTERN]")
      ->expected(0, 1)
      ->trigger_on_parse();
  add_request(app, "-D,--delete", *command, Request::erase, "delete ITEMs, if nothing needs them");
  add_request(app, "--list-roots", *command, Request::list_roots, "list what keeps items alive");
  add_request(app, "--list-dead", *command, Request::list_dead, "list what would be deleted");
  add_request(app, "--list-live", *command, Request::list_live, "list what would be kept");
  add_request(app, "--list-busy", *command, Request::list_busy,
              "list what running processes use, as far as you may see them");
  add_request(app, "--optimize", *command, Request::optimize, "share files that are equal");
  add_request(app, "--vacuum-database", *command, Request::vacuum_database,
              "make the database as small as its contents");
  add_request(app, "--references", *command, Request::references, "what ITEMs refer to");
  add_request(app, "--referrers", *command, Request::referrers, "what refers to ITEMs");
  add_request(app, "-R,--requisites", *command, Request::requisites, "the closure of ITEMs");
  add_request(app, "--derivers", *command, Request::derivers, "the derivations that make ITEMs");
  app.add_option_function<std::string>(
         "--verify",
         [command](const std::string& value) {
           command->request = Request::verify;
           command->verify = value;
         },
         "check the store; with contents, every file; with repair, mend what is damaged")
      ->type_name("[contents,repair]")
      ->expected(0, 1)
      ->trigger_on_parse();
  app.add_option_function<std::string>(
         "--delete-environments",
         [command](const std::string& kept) {
           command->request = Request::delete_environments;
           command->kept_environments = kept;
         },
         "forget environments that 'nacre shell' has cached, but for the KEPT last used")
      ->type_name("[KEPT]")
      ->expected(0, 1)
      ->trigger_on_parse();
  add_substitute_options(app, session.build_options);
  add_display_options(app, session);
  add_examples(
      app,
      "  nacre gc                            delete all garbage\n"
      "  nacre gc -F 10G                     make 10 GiB free\n"
      "  nacre gc -d 2m                      what generations of two months ago needed, too\n"
      "  nacre gc --verify=contents,repair\n"
      "  nacre gc --delete-environments=20   keep the 20 that were used last\n"
      "  nacre gc -R $(nacre build hello)    all that hello needs to run");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
