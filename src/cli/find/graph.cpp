// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <memory>
#include <optional>

#include "base/files.hpp"
#include "cli/commands.hpp"
#include "cli/objects/objects.hpp"
#include "cli/objects/transformations.hpp"
#include "cli/options.hpp"

namespace nacre::cli {

namespace {

struct GraphCommand {
  Objects objects;
  Transformations transformations;
  std::string type = "package";
  std::string backend = "graphviz";
  std::string system;
  std::optional<unsigned> max_depth;
  bool path = false;
  bool list_types = false;
  bool list_backends = false;
};

guile::Value call(const std::string& procedure, const std::vector<guile::Value>& arguments) {
  return guile::apply(guile::reference("(nacre graph)", procedure), arguments);
}

/// A list of names and descriptions in turn.
int print_list(Session& session, const std::string& title, const std::string& procedure) {
  session.start_language();
  const std::vector<guile::Value> texts = guile::to_vector(call(procedure, {}));
  fmt::print("{}:\n\n", title);
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2)
    fmt::print("  - {}: {}\n", guile::to_string(texts[i]), guile::to_string(texts[i + 1]));
  return 0;
}

int print_path(Session& session, const GraphCommand& command) {
  for (const guile::Value& label : guile::to_vector(
           call("graph-path",
                {session.store_connection(), to_scheme_list(command.objects.specifications),
                 evaluate_objects(command.objects), guile::to_scheme(command.type),
                 or_false(command.system), to_scheme_options(command.transformations)})))
    fmt::print("{}\n", guile::to_string(label));
  return 0;
}

int print_graph(Session& session, const GraphCommand& command) {
  const guile::Value max_depth = command.max_depth
                                     ? guile::to_scheme(static_cast<long>(*command.max_depth))
                                     : guile::to_scheme(false);
  const guile::Value text = call(
      "graph->string", {session.store_connection(), to_scheme_list(command.objects.specifications),
                        evaluate_objects(command.objects), guile::to_scheme(command.type),
                        guile::to_scheme(command.backend), max_depth, or_false(command.system),
                        to_scheme_options(command.transformations)});
  write_fully(STDOUT_FILENO, guile::to_string(text));
  return 0;
}

int run(Session& session, const GraphCommand& command) {
  if (command.list_types) return print_list(session, "The types of graphs", "graph-types");
  if (command.list_backends) return print_list(session, "The formats of graphs", "graph-backends");
  if (command.objects.empty())
    throw Error("nothing to draw")
        .hint("name a package, or use --expression; see nacre graph --help");
  session.start_language();
  return command.path ? print_path(session, command) : print_graph(session, command);
}

void add_options(CLI::App& app, GraphCommand& command) {
  app.add_option("PACKAGE", command.objects.specifications, "packages or store items")
      ->type_name("");
  app.add_option("-e,--expression", command.objects.expressions,
                 "the package that EXPR evaluates to (repeatable)")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  app.add_option("-t,--type", command.type, "what nodes and edges are: package (default), bag, …")
      ->type_name("TYPE");
  app.add_flag("--list-types", command.list_types, "list what --type may be");
  app.add_option("-b,--backend", command.backend,
                 "the format: graphviz (default), d3js (a page to explore), …")
      ->type_name("FORMAT");
  app.add_flag("--list-backends", command.list_backends, "list what --backend may be");
  app.add_flag("--path", command.path,
               "print a shortest path from the first package to the second");
  app.add_option("-M,--max-depth", command.max_depth, "only nodes at most N edges away")
      ->type_name("N");
  app.add_option("-s,--system", command.system, "the graph for SYSTEM")->type_name("SYSTEM");
  add_transformation_options(app, command.transformations);
}

}  // namespace

void add_graph_command(CLI::App& program, Session& session, Action& action) {
  auto command = std::make_shared<GraphCommand>();
  CLI::App& app = *program.add_subcommand("graph", "show what packages depend on, as a graph");
  add_options(app, *command);
  add_common_options(app, session);
  add_examples(app,
               "  nacre graph python-numpy | dot -Tsvg > numpy.svg\n"
               "  nacre graph -b d3js -t bag python > python.html\n"
               "                                      a page: open it in a browser\n"
               "  nacre graph --path python-numpy zlib\n"
               "                                      why does one depend on the other?\n"
               "  nacre graph --with-input=openssl=bootstrap-openssl python\n"
               "  nacre graph -t references $(nacre build hello)");
  app.callback([&session, &action, command] {
    action = [&session, command] { return run(session, *command); };
  });
}

}  // namespace nacre::cli
