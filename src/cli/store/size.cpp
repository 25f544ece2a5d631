// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include "cli/commands.hpp"
#include "cli/objects/places.hpp"
#include "cli/objects/requests.hpp"
#include "cli/options.hpp"
#include "cli/store/size_map.hpp"

namespace nacre::cli {

namespace {

struct SizeCommand {
  std::vector<std::string> items;
  std::string system;
  std::string sort = "closure";
  std::string map_file;  ///< of a picture; "" for none
};

struct Row {
  StorePath path;
  std::uint64_t self = 0;
  std::uint64_t closure = 0;
};

StorePathSet resolve(Session& session, const SizeCommand& command) {
  Objects objects;
  objects.specifications = command.items;
  StorePathSet paths;
  for (BuildRequest request : lower_objects(session, objects, {command.system, ""})) {
    if (request.path.is_derivation() && request.outputs.empty()) request.outputs.insert("out");
    for (const StorePath& path : requested_paths(session.derivations(), {request})) {
      if (!session.store()->is_valid(path))
        throw Error("'{}' is not in the store yet", path.text())
            .hint("build it first: nacre build " + command.items.front());
      paths.insert(path);
    }
  }
  return paths;
}

std::vector<Row> measure(const LocalStore& store, const StorePathSet& roots) {
  std::vector<Row> rows;
  for (const StorePath& path : store.requisites(roots)) {
    Row row{path, store.path_info(path).nar_size, 0};
    for (const StorePath& item : store.requisites({path}))
      row.closure += store.path_info(item).nar_size;
    rows.push_back(std::move(row));
  }
  return rows;
}

void write_map(const std::string& file, const std::vector<Row>& rows) {
  std::vector<SizedItem> items;
  for (const Row& row : rows) items.push_back({std::string(row.path.name()), row.self});
  write_size_map(file, items);
}

int run(Session& session, const SizeCommand& command) {
  if (!command.map_file.empty()) {
    check_size_map_name(command.map_file);
    check_place_for_file("--map-file", command.map_file);
  }
  const StorePathSet roots = resolve(session, command);
  std::vector<Row> rows = measure(*session.store(), roots);
  const bool by_self = command.sort == "self";
  std::stable_sort(rows.begin(), rows.end(), [by_self](const Row& a, const Row& b) {
    return by_self ? a.self > b.self : a.closure > b.closure;
  });

  if (!command.map_file.empty()) {
    write_map(command.map_file, rows);
    return 0;
  }
  std::uint64_t total = 0;
  std::size_t width = std::string_view("store item").size();
  for (const Row& row : rows) {
    total += row.self;
    width = std::max(width, row.path.text().size());
  }
  constexpr double mebi = 1024.0 * 1024.0;
  fmt::print("{:<{}}  {:>8}  {:>8}\n", "store item", width, "total", "self");
  for (const Row& row : rows) {
    const double share =
        total == 0 ? 0 : 100.0 * static_cast<double>(row.self) / static_cast<double>(total);
    fmt::print("{:<{}}  {:>8.1f}  {:>8.1f} {:>5.1f}%\n", row.path.text(), width,
               static_cast<double>(row.closure) / mebi, static_cast<double>(row.self) / mebi,
               share);
  }
  fmt::print("total: {:.1f} MiB\n", static_cast<double>(total) / mebi);
  return 0;
}

}  // namespace

void add_size_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<SizeCommand>();
  CLI::App& app = *program.add_subcommand("size", "show what a package's closure takes on disk");
  app.add_option("PACKAGE", command->items, "packages or store items")->required()->type_name("");
  app.add_option("-s,--system", command->system, "the size for SYSTEM")->type_name("SYSTEM");
  app.add_option("--sort", command->sort, "by closure (default) or self")
      ->type_name("KEY")
      ->check(CLI::IsMember({"closure", "self"}));
  app.add_option("-m,--map-file", command->map_file,
                 "write a picture of it to FILE instead, NAME.svg or NAME.html")
      ->type_name("FILE");
  add_common_options(app, session);
  add_examples(app,
               "  nacre size python-numpy\n"
               "  nacre size --sort=self hello        the biggest items first\n"
               "  nacre size -m python.svg python     a picture");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
