// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.hpp"

#include <iterator>
#include <sstream>

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

void add_examples(CLI::App& command, const std::string& examples) {
  command.footer("Examples:\n" + examples);
}

guile::Value to_scheme_list(const std::vector<std::string>& strings) {
  std::vector<guile::Value> values;
  values.reserve(strings.size());
  for (const std::string& string : strings) values.push_back(guile::to_scheme(string));
  return guile::list(values);
}

guile::Value or_false(const std::string& text) {
  return text.empty() ? guile::to_scheme(false) : guile::to_scheme(text);
}

}  // namespace nacre::cli
