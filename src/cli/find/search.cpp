// SPDX-License-Identifier: GPL-3.0-or-later
#include "index/search.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/find/channel_index.hpp"
#include "cli/find/queries.hpp"
#include "cli/find/terminal.hpp"
#include "cli/options.hpp"
#include "index/record_text.hpp"

namespace nacre::cli {

int print_search(Session& session, const std::vector<std::string>& expressions) {
  std::vector<SearchPattern> patterns;
  for (const std::string& expression : expressions) patterns.emplace_back(expression);
  const PackageIndex index = channel_index(session);
  RecordOptions options{output_columns(), {}, output_has_colors(), &patterns};
  std::string text;
  for (const SearchResult& result : search_packages(index, patterns)) {
    options.relevance = result.relevance;
    text += package_record(*result.package, options);
  }
  show_text(text);
  return 0;
}

int print_packages(Session& session, const std::vector<std::string>& specifications) {
  const PackageIndex index = channel_index(session);
  const RecordOptions options{output_columns(), {}, output_has_colors(), nullptr};
  std::string text;
  for (const std::string& specification : specifications)
    for (const IndexedPackage* package : find_packages(index, specification))
      text += package_record(*package, options);
  show_text(text);
  return 0;
}

int print_available(Session& session, const std::string& regexp) {
  show_text(available_packages(channel_index(session), regexp));
  return 0;
}

void add_search_command(CLI::App& program, Session& session, Action& action) {
  auto expressions = std::make_shared<std::vector<std::string>>();
  CLI::App& app =
      *program.add_subcommand("search", "find packages by their names and descriptions");
  app.add_option("REGEXP", *expressions,
                 "extended regular expressions; a package matches all of them; case is ignored")
      ->required()
      ->type_name("");
  add_common_options(app, session);
  add_examples(app,
               "  nacre search numeric                the best match first\n"
               "  nacre search '^python-' array       whose names begin so, about arrays\n"
               "  nacre search library | recsel -e 'license ~ \"LGPL\"' -p name,version");
  app.callback([&session, &action, expressions] {
    action = [&session, expressions] { return print_search(session, *expressions); };
  });
}

void add_show_command(CLI::App& program, Session& session, Action& action) {
  auto specifications = std::make_shared<std::vector<std::string>>();
  CLI::App& app = *program.add_subcommand("show", "describe packages");
  app.add_option("PACKAGE", *specifications, "packages (hello, python@3.9)")
      ->required()
      ->type_name("");
  add_common_options(app, session);
  add_examples(app,
               "  nacre show python                   all versions, the newest first\n"
               "  nacre show python@3 hello");
  app.callback([&session, &action, specifications] {
    action = [&session, specifications] { return print_packages(session, *specifications); };
  });
}

}  // namespace nacre::cli
