// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/session.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "base/files.hpp"
#include "cli/user_directories.hpp"
#include "guile/inputs.hpp"
#include "guile/paths.hpp"
#include "store/power_loss.hpp"

namespace nacre::cli {

namespace {

std::unique_ptr<Reporter> make_reporter(int verbosity) {
  if (verbosity == 0) return make_null_reporter();
  const char* term = std::getenv("TERM");
  const bool terminal =
      isatty(STDERR_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
  const bool show_output = verbosity > 1;
  return terminal ? make_terminal_reporter(STDERR_FILENO, show_output)
                  : make_plain_reporter(STDERR_FILENO, show_output);
}

/// The layout as this process sees it; the configuration is not moved to where Guix has it.
StoreLayout layout_at(const StoreLocation& location) {
  StoreLayout layout;
  const char* configuration = std::getenv("GUIX_CONFIGURATION_DIRECTORY");
  const bool is_set = configuration != nullptr && *configuration != '\0';
  layout.configuration =
      is_set ? absolute_path(configuration) : location.root + layout.configuration;
  return layout;
}

/// Scheme, which may end the process, holds the store until then.
void tidy_at_exit(const std::shared_ptr<LocalStore>& store) {
  static std::weak_ptr<LocalStore> known;
  known = store;
  std::atexit([] {
    try {
      if (auto open = known.lock()) open->tidy();
    } catch (const std::exception&) {
      // What is left over, the next process removes.
    }
  });
}

/// The engine, the channel and the store, which what is recorded need not name, and nacre's own
/// caches.
std::vector<std::string> unchanging_directories(const guile::Setup& setup) {
  std::vector<std::string> directories{std::string(store_directory)};
  for (const guile::ModuleRoot& root : {setup.engine, setup.channel}) {
    directories.push_back(root.sources);
    if (!root.compiled.empty()) directories.push_back(root.compiled);
  }
  if (const auto cache = user_directory("XDG_CACHE_HOME", ".cache"))
    directories.push_back(*cache + "/nacre");
  return directories;
}

}  // namespace

const StoreLocation& Session::location() {
  if (!location_) location_ = choose_store(root);
  return *location_;
}

std::string Session::configuration() {
  return layout_at(location()).configuration;
}

const std::shared_ptr<LocalStore>& Session::store() {
  if (!store_) {
    enter_store(location());
    store_ = LocalStore::open(layout_at(location()));
    tidy_at_exit(store_);
    for (const StorePath& path : take_lost_paths())
      reporter().warning(
          fmt::format("'{}' was lost when the machine stopped: it is not in the store "
                      "any more, and is built again when needed",
                      path.text()));
  }
  return store_;
}

DerivationCache& Session::derivations() {
  if (!derivations_) derivations_ = std::make_shared<DerivationCache>(store());
  return *derivations_;
}

Reporter& Session::reporter() {
  if (!reporter_) reporter_ = make_reporter(verbosity);
  return *reporter_;
}

void Session::end() {
  if (store_) {
    store_->flush();
    store_->tidy();
  }
  reporter_.reset();
}

void Session::start_language(std::vector<std::string> arguments) {
  if (language_) return;
  derivations();
  guile::Setup setup = guile::language_setup();
  for (std::string& directory : load_path) directory = absolute_path(directory);
  setup.load_path = load_path;
  setup.arguments = std::move(arguments);
  setup.debug = debug;
  language_ = std::make_unique<guile::Language>(
      setup, guile::Surroundings{store_, derivations_, build_options, reporter()});
  if (records_inputs) guile::record_inputs(unchanging_directories(setup));
  if (no_replacements)
    guile::apply(guile::reference("(guix grafts)", "%graft?"), {guile::to_scheme(false)});
  if (load_path.empty()) return;
  std::vector<guile::Value> directories;
  for (const std::string& directory : load_path) directories.push_back(guile::to_scheme(directory));
  guile::apply(guile::reference("(nacre commands)", "add-package-directories!"),
               {guile::list(directories)});
}

guile::Value Session::store_connection() {
  return language_->connection();
}

}  // namespace nacre::cli
