// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "builds/run.hpp"
#include "builds/substitute_search.hpp"
#include "derivation/check.hpp"
#include "derivation/derivation.hpp"
#include "memory_store.hpp"
#include "silent_reporter.hpp"

namespace nacre {

/// Keeps the warnings.
class WarningsReporter : public SilentReporter {
 public:
  void warning(std::string_view line) override {
    std::lock_guard lock(mutex_);
    warnings.emplace_back(line);
  }

  std::vector<std::string> warnings;

 private:
  std::mutex mutex_;
};

/// Builds by writing a text for each output, which refers to all inputs. A derivation whose name is
/// among `failing` fails; `during` is called in the middle of each build.
class FakeBuilder : public Builder {
 public:
  FakeBuilder(MemoryStore& store, DerivationCache& cache) : store_(store), cache_(cache) {}

  void build(const BuildGraph::Node& node) override {
    const Derivation& derivation = *node.derivation;
    StorePathSet inputs = derivation.sources;
    for (const auto& [input, outputs] : derivation.inputs) {
      auto maker = cache_.read(input);
      for (const auto& output : outputs) inputs.insert(maker->output_path(output));
    }
    for (const StorePath& input : inputs)
      if (!store_.is_valid(input))
        throw BuildError(node.path, "its input " + input.text() + " is not there");
    if (during) during(derivation.name);
    {
      std::lock_guard lock(mutex_);
      built.push_back(derivation.name);
    }
    if (failing.contains(derivation.name)) throw BuildError(node.path, "it fails");
    for (const auto& [name, output] : derivation.outputs)
      store_.add_output(*output.path, derivation.name + "-" + name, inputs, node.path);
  }

  std::set<std::string> failing;
  std::function<void(const std::string& name)> during;
  std::vector<std::string> built;  ///< names, in the order of their ends

 private:
  MemoryStore& store_;
  DerivationCache& cache_;
  std::mutex mutex_;
};

/// Somebody who has items of another store, and gives them, or fails to.
class FakeServer {
 public:
  explicit FakeServer(const MemoryStore& store) : store_(store) {}

  FindSubstitutes offers() {
    return [this](const StorePathSet& paths) {
      SubstituteMap found;
      for (const StorePath& path : paths) {
        asked.insert(path);
        if (!withheld.contains(path) && store_.is_valid(path))
          found.emplace(path, std::make_shared<Offer>(*this, path));
      }
      return found;
    };
  }

  StorePathSet withheld;  ///< not offered
  StorePathSet broken;    ///< offered, and not given
  StorePathSet asked;
  std::vector<StorePath> given;

 private:
  class Offer : public Substitute {
   public:
    Offer(FakeServer& server, const StorePath& path) : server_(server), info_(path) {
      const PathInfo known = server.store_.path_info(path);
      info_.references = known.references;
      info_.deriver = known.deriver;
      info_.nar_size = known.nar_size;
    }
    const SubstituteInfo& info() const override { return info_; }
    void fetch(Store& store, Reporter&, Existing existing) const override {
      if (server_.broken.contains(info_.path)) throw Error("the line is dead");
      StringSink nar;
      server_.store_.dump(info_.path, nar);
      StringSource source(nar.text);
      store.add_nar(server_.store_.path_info(info_.path), source, existing);
      std::lock_guard lock(server_.mutex_);
      server_.given.push_back(info_.path);
    }

   private:
    FakeServer& server_;
    SubstituteInfo info_;
  };

  const MemoryStore& store_;
  std::mutex mutex_;
};

/// A store, derivations in it, and somebody who builds them.
class BuildWorld : public testing::Test {
 protected:
  static void SetUpTestSuite() { register_derivation_intake(); }

  static StorePath add(DerivationCache& cache, const std::string& name,
                       const std::vector<StorePath>& inputs, const StorePathSet& sources = {}) {
    Derivation derivation;
    derivation.name = name;
    derivation.system = "x86_64-linux";
    derivation.builder = "/bin/sh";
    for (const StorePath& input : inputs) derivation.inputs[input].insert("out");
    derivation.sources = sources;
    derivation.outputs["out"];
    compute_output_paths(derivation, cache);
    return add_derivation(derivation, cache);
  }
  StorePath add(const std::string& name, const std::vector<StorePath>& inputs = {},
                const StorePathSet& sources = {}) {
    return add(cache_, name, inputs, sources);
  }

  StorePath output(const StorePath& derivation) { return cache_.read(derivation)->output_path(); }

  void build(const std::vector<StorePath>& paths, FindSubstitutes find = {}) {
    std::vector<BuildRequest> requests;
    for (const StorePath& path : paths) requests.push_back({path, {}});
    SubstituteSearch substitutes(find ? std::move(find)
                                      : [](const StorePathSet&) { return SubstituteMap(); });
    run_builds(cache_, requests, options_, substitutes, builder_, reporter_);
  }
  /// What a build says that fails.
  std::string failure_of(const std::vector<StorePath>& paths, FindSubstitutes find = {}) {
    try {
      build(paths, std::move(find));
    } catch (const Error& error) {
      return fmt::format("{}; {}", error.what(), error.hint().value_or(""));
    }
    ADD_FAILURE() << "no error";
    return {};
  }

  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  DerivationCache cache_{store_};
  FakeBuilder builder_{*store_, cache_};
  BuildOptions options_;
  WarningsReporter reporter_;
};

}  // namespace nacre
