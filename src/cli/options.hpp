// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "builds/builder.hpp"
#include "cli/session.hpp"

namespace nacre::cli {

/// Which objects a command is about: specifications, expressions, files, manifests.
struct Objects {
  std::vector<std::string> specifications;
  std::vector<std::string> expressions;
  std::vector<std::string> files;
  std::vector<std::string> manifests;

  bool empty() const {
    return specifications.empty() && expressions.empty() && files.empty() && manifests.empty();
  }
};

/// The options that say how to build (-M, -c, -k, -K, --substitute-urls, …).
void add_build_options(CLI::App& command, Session& session);
/// --check.
void add_check_option(CLI::App& command, Session& session);
/// --substitute-urls and what belongs to it.
void add_substitute_options(CLI::App& command, BuildOptions& options);
/// -L, -v, -q, --debug.
void add_common_options(CLI::App& command, Session& session);
/// -v and --debug alone, for commands that load no package modules.
void add_display_options(CLI::App& command, Session& session);
/// -e, -m and the specifications themselves.
void add_object_options(CLI::App& command, Objects& objects, const std::string& positional_help);

/// The examples that end a command's help.
void add_examples(CLI::App& command, const std::string& examples);

/// A Scheme list of strings.
guile::Value to_scheme_list(const std::vector<std::string>& strings);
/// The string, or #f when it is empty.
guile::Value or_false(const std::string& text);

/// What the expressions and files, or the manifests, evaluate to: a Scheme list of pairs of a value
/// and the name of where it comes from.
guile::Value evaluate_objects(const Objects& objects);
guile::Value evaluate_manifests(const Objects& objects);

/// What the Scheme list of `(drv-path output …)` lists and store paths asks to be built.
std::vector<BuildRequest> to_build_requests(const guile::Value& list);

/// The output paths that the requests stand for, in order.
std::vector<StorePath> requested_paths(DerivationCache& cache,
                                       const std::vector<BuildRequest>& requests);

/// Prints on standard error what building the requests would do.
void print_plan(Session& session, const std::vector<BuildRequest>& requests);

/// Error unless `option`'s `file` can be written when all is done: builds take long.
void check_place_for_file(std::string_view option, const std::string& file);

/// The same for the link that add_roots() makes.
void check_place_for_root(const std::string& link);

/// Makes `link` a garbage collector root for `paths`: LINK for the first, LINK-1… for the rest.
void add_roots(LocalStore& store, const std::string& link, const std::vector<StorePath>& paths);

}  // namespace nacre::cli
