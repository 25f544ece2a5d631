// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/daemon_words.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "builds/builder.hpp"
#include "derivation/derivation.hpp"
#include "silent_reporter.hpp"

namespace nacre {

/// Keeps what builders print and what the user is told.
class RecordingReporter : public SilentReporter {
 public:
  void info(std::string_view line) override { add(messages, line); }
  void warning(std::string_view line) override { add(messages, line); }
  void event(const Event& event) override {
    if (const auto* log = std::get_if<events::BuildLog>(&event)) add(output, log->line);
    daemon_.event(event);
  }
  void totals(std::uint64_t done, std::uint64_t, std::uint64_t total) override {
    std::lock_guard lock(mutex_);
    last_totals = {done, total};
  }

  std::string output;
  std::string words;  ///< the daemon's, of all events
  std::string messages;
  std::pair<std::uint64_t, std::uint64_t> last_totals;

 private:
  void add(std::string& text, std::string_view line) {
    std::lock_guard lock(mutex_);
    text.append(line).append("\n");
  }
  std::mutex mutex_;
  DaemonWords daemon_{
      {true, true}, [this](std::string_view, std::string_view line) { add(words, line); }, *this};
};

/// A store of its own below a temporary directory, which holds the test builder (see helper.cpp),
/// and real builds in it.
class BuildTest : public testing::Test {
 protected:
  using Arguments = std::vector<std::string>;
  using Variables = std::map<std::string, std::string>;

  BuildTest()
      : directory_("nacre-build-test"),
        layout_(StoreLayout::under(directory_.path() + "/root")),
        store_(LocalStore::open(layout_)),
        cache_(store_),
        helper_(store_->add_path("helper", NACRE_BUILD_HELPER)) {
    make_directories(directory_.path() + "/tmp");
    setenv("TMPDIR", (directory_.path() + "/tmp").c_str(), 1);
  }

  ~BuildTest() override { unsetenv("TMPDIR"); }

  /// A derivation, not added yet, whose builder does what `arguments` say.
  Derivation derivation(const std::string& name, const Arguments& arguments,
                        const Variables& variables = {}) {
    Derivation result;
    result.name = name;
    result.system = "x86_64-linux";
    result.builder = helper_.text();
    result.arguments = arguments;
    result.environment = variables;
    result.sources = {helper_};
    result.outputs["out"];
    return result;
  }

  StorePath add(Derivation derivation) {
    compute_output_paths(derivation, cache_);
    return add_derivation(derivation, cache_);
  }
  StorePath add(const std::string& name, const Arguments& arguments,
                const Variables& variables = {}) {
    return add(derivation(name, arguments, variables));
  }

  void build(const std::vector<StorePath>& paths, const BuildOptions& options = {}) {
    std::vector<BuildRequest> requests;
    for (const auto& path : paths) requests.push_back({path, {}});
    nacre::build(*store_, cache_, requests, options, reporter_);
  }
  void build(const StorePath& path, const BuildOptions& options = {}) {
    build(std::vector{path}, options);
  }
  /// Builds a derivation of these commands and returns what it prints.
  std::string output_of(Arguments arguments, const Variables& variables = {}) {
    arguments.insert(arguments.end(), {"write", "$out", ""});
    build(add("prints", arguments, variables));
    return reporter_.output;
  }
  /// The message and hint of the BuildError that a build ends with.
  std::string failure_of(const StorePath& path, const BuildOptions& options = {}) {
    try {
      build(path, options);
    } catch (const BuildError& error) {
      return std::string(error.what()) + "\n" + error.hint().value_or("");
    }
    ADD_FAILURE() << "no BuildError";
    return {};
  }

  StorePath output(const StorePath& derivation, const std::string& name = "out") {
    return cache_.read(derivation)->output_path(name);
  }
  std::string contents(const StorePath& derivation, const std::string& name = "out") {
    return read_file(store_->physical(output(derivation, name)));
  }
  bool is_built(const StorePath& derivation) { return store_->is_valid(output(derivation)); }

  /// Names in the store's directory that a finished build must not leave.
  std::string leftovers() {
    std::string found;
    for (const auto& name : list_directory(layout_.store)) {
      if (name.starts_with(".")) continue;  // the store's own
      bool is_path = StorePath::is_valid(fmt::format("{}/{}", store_directory, name));
      StorePath path = is_path ? StorePath(fmt::format("{}/{}", store_directory, name)) : helper_;
      if (!is_path || !store_->is_valid(path)) found += name + "\n";
    }
    for (const auto& name : list_directory(layout_.store + "/.builds")) found += name + "\n";
    for (const auto& name : list_directory(directory_.path() + "/tmp")) found += name + "\n";
    return found;
  }

  TemporaryDirectory directory_;
  StoreLayout layout_;
  std::shared_ptr<LocalStore> store_;
  DerivationCache cache_;
  StorePath helper_;
  RecordingReporter reporter_;
};

}  // namespace nacre
