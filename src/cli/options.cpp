// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <sstream>

#include "base/files.hpp"
#include "cli/render.hpp"

namespace nacre::cli {

namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

}  // namespace

void add_substitute_options(CLI::App& command, BuildOptions& options) {
  command.add_flag_callback(
      "--no-substitutes", [&options] { options.substitutes = false; },
      "build everything here, whatever servers offer");
  command
      .add_option_function<std::string>(
          "--substitute-urls",
          [&options](const std::string& urls) { options.substitute_urls = words(urls); },
          "download prebuilt items from URLS (separated by spaces); no server is used by default")
      ->type_name("URLS");
  command.add_flag("--fallback", options.fallback,
                   "build locally if a substitute cannot be fetched");
}

void add_build_options(CLI::App& command, Session& session) {
  BuildOptions& options = session.build_options;
  command.add_option("-M,--max-jobs", options.max_jobs, "build at most N derivations at a time")
      ->type_name("N");
  command.add_option("-c,--cores", options.cores, "let each build use up to N cores")
      ->type_name("N");
  command.add_flag("-k,--keep-going", options.keep_going,
                   "go on with the other builds when one fails");
  command.add_flag("-K,--keep-failed", options.keep_failed, "keep the directory of a failed build");
  command.add_option("--rounds", options.rounds, "build N times in a row and compare the results")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  command
      .add_option_function<unsigned>(
          "--timeout",
          [&options](unsigned seconds) { options.timeout = std::chrono::seconds(seconds); },
          "end a build after SECONDS")
      ->type_name("SECONDS");
  command
      .add_option_function<unsigned>(
          "--max-silent-time",
          [&options](unsigned seconds) { options.max_silent_time = std::chrono::seconds(seconds); },
          "end a build that prints nothing for SECONDS")
      ->type_name("SECONDS");
  command.add_flag_callback(
      "--disable-chroot", [&options] { options.isolate = false; },
      "build without isolation, where the kernel forbids name spaces");
  command.add_flag("--no-grafts", session.no_replacements,
                   "take packages as they are, without their replacements");
  add_substitute_options(command, options);
}

void add_check_option(CLI::App& command, Session& session) {
  command.add_flag("--check", session.build_options.check,
                   "build once more what is there, and compare; tells the first file that differs, "
                   "and with --keep-failed keeps the other result");
}

void add_common_options(CLI::App& command, Session& session) {
  command
      .add_option("-L,--load-path", session.load_path,
                  "look for package modules in DIR first (repeatable)")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->check(CLI::ExistingDirectory);
  add_display_options(command, session);
}

void add_display_options(CLI::App& command, Session& session) {
  command
      .add_option("-v,--verbosity", session.verbosity,
                  "0: errors only; 1: progress (default); 2: builders' output too")
      ->type_name("LEVEL")
      ->check(CLI::Range(0, 2));
  command.add_flag("--debug", session.debug, "show a backtrace with errors in Scheme code");
}

void add_object_options(CLI::App& command, Objects& objects, const std::string& positional_help) {
  command.add_option("-e,--expression", objects.expressions, "what EXPR evaluates to (repeatable)")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  command
      .add_option("-m,--manifest", objects.manifests,
                  "the packages of the manifest that FILE evaluates to (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command.add_option("PACKAGE", objects.specifications, positional_help)->type_name("");
}

void add_examples(CLI::App& command, const std::string& examples) {
  command.footer("Examples:\n" + examples);
}

namespace {

/// Error unless files can be made in it.
void check_directory(std::string_view option, const std::string& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw Error("{}: there is no directory '{}'", option, directory)
        .hint("make it, or name a file in another one");
  if (access(directory.c_str(), W_OK) != 0)
    throw Error("{}: no file can be made in '{}': {}", option, directory, std::strerror(errno))
        .hint("name a file in a directory that you may write to");
}

}  // namespace

guile::Value to_scheme_list(const std::vector<std::string>& strings) {
  std::vector<guile::Value> values;
  values.reserve(strings.size());
  for (const std::string& string : strings) values.push_back(guile::to_scheme(string));
  return guile::list(values);
}

guile::Value or_false(const std::string& text) {
  return text.empty() ? guile::to_scheme(false) : guile::to_scheme(text);
}

guile::Value evaluate_objects(const Objects& objects) {
  const std::vector<std::string> modules{"(guix gexp)", "(guix packages)", "(guix profiles)",
                                         "(gnu packages)"};
  std::vector<guile::Value> values;
  for (const std::string& expression : objects.expressions) {
    values.push_back(guile::pair(guile::evaluate(expression, "<expression>", modules),
                                 guile::to_scheme("the expression " + expression)));
  }
  for (const std::string& file : objects.files)
    values.push_back(guile::pair(guile::load(file, modules), guile::to_scheme(file)));
  return guile::list(values);
}

guile::Value evaluate_manifests(const Objects& objects) {
  const std::vector<std::string> modules{"(guix profiles)", "(guix packages)", "(gnu packages)"};
  std::vector<guile::Value> values;
  for (const std::string& file : objects.manifests)
    values.push_back(guile::pair(guile::load(file, modules), guile::to_scheme(file)));
  return guile::list(values);
}

std::vector<BuildRequest> to_build_requests(const guile::Value& list) {
  std::vector<BuildRequest> requests;
  for (const guile::Value& item : guile::to_vector(list)) {
    if (guile::is_string(item)) {
      requests.push_back({StorePath(guile::to_string(item)), {}});
      continue;
    }
    const std::vector<guile::Value> parts = guile::to_vector(item);
    BuildRequest request{StorePath(guile::to_string(parts.at(0))), {}};
    for (std::size_t i = 1; i < parts.size(); ++i)
      request.outputs.insert(guile::to_string(parts[i]));
    requests.push_back(std::move(request));
  }
  return requests;
}

std::vector<StorePath> requested_paths(DerivationCache& cache,
                                       const std::vector<BuildRequest>& requests) {
  std::vector<StorePath> paths;
  for (const BuildRequest& request : requests) {
    if (!request.path.is_derivation()) {
      paths.push_back(request.path);
      continue;
    }
    const auto derivation = cache.read(request.path);
    for (const auto& [name, output] : derivation->outputs)
      if (request.outputs.empty() || request.outputs.contains(name)) paths.push_back(*output.path);
  }
  return paths;
}

void print_plan(Session& session, const std::vector<BuildRequest>& requests) {
  const BuildPlan plan = plan_build(*session.store(), session.derivations(), requests,
                                    session.build_options, session.reporter());
  if (!plan.unknown.empty()) {
    fmt::print(stderr, "Nothing tells how to make these:\n");
    for (const StorePath& path : plan.unknown) fmt::print(stderr, "  {}\n", path.text());
  }
  if (!plan.to_fetch.empty()) {
    std::uint64_t size = 0;
    for (const SubstituteInfo& item : plan.to_fetch) size += item.download_size;
    fmt::print(stderr, "The following items would be downloaded ({}):\n", human_size(size));
    for (const SubstituteInfo& item : plan.to_fetch) fmt::print(stderr, "  {}\n", item.path.text());
  }
  if (plan.to_build.empty()) return;
  fmt::print(stderr, "The following derivations would be built:\n");
  for (const StorePath& path : plan.to_build) fmt::print(stderr, "  {}\n", path.text());
}

void check_place_for_file(std::string_view option, const std::string& file) {
  const std::string path = absolute_path(file);
  check_directory(option, directory_name(path));
  const auto status = try_lstat(path);
  if (status && S_ISDIR(status->st_mode))
    throw Error("{}: '{}' is a directory", option, file).hint("name a file in it");
}

void check_place_for_root(const std::string& link) {
  const std::string path = absolute_path(link);
  std::string directory = directory_name(path);
  while (!path_exists(directory)) directory = directory_name(directory);  // it will be made
  check_directory("--root", directory);
  const auto status = try_lstat(path);
  if (status && !S_ISLNK(status->st_mode))
    throw Error("--root: '{}' exists, and is not a symbolic link", link)
        .hint("remove it, or name another file");
}

void add_roots(LocalStore& store, const std::string& link, const std::vector<StorePath>& paths) {
  const std::string base = absolute_path(link);
  for (std::size_t i = 0; i < paths.size(); ++i)
    store.add_indirect_root(i == 0 ? base : fmt::format("{}-{}", base, i), paths[i]);
}

}  // namespace nacre::cli
