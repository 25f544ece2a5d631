// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/repair.hpp"

#include <algorithm>

#include "base/interrupt.hpp"
#include "builds/builder.hpp"
#include "builds/closure.hpp"
#include "builds/substitute_search.hpp"
#include "sandbox/relocation.hpp"

namespace nacre {
namespace {

class ItemRepair {
 public:
  ItemRepair(LocalStore& store, DerivationCache& cache, const StorePath& path,
             const BuildOptions& options, Reporter& reporter)
      : store_(store), cache_(cache), path_(path), options_(options), reporter_(reporter) {}

  Repair run(const StorePathSet& damaged) {
    if (fetch()) return Repair::done;
    for (const StorePath& deriver : store_.derivers(path_)) {
      if (!is_sound(deriver)) continue;
      if (depends_on(deriver, damaged)) return Repair::waits;
      rebuild(deriver);
      return Repair::done;
    }
    give_up();
  }

 private:
  bool fetch() {
    SubstituteSearch substitutes(store_, options_, reporter_);
    substitutes.look_up({path_});
    auto substitute = substitutes.find(path_);
    if (!substitute) return false;
    try {
      substitute->fetch(store_, reporter_, Existing::replace);
      return true;
    } catch (const Error& error) {
      reporter_.warning(error.what());
      return false;
    }
  }

  /// A derivation that was damaged, or forged, makes nothing.
  bool is_sound(const StorePath& deriver) {
    try {
      store_.check_derivation(deriver);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  /// What is not there is made on the way; what is there and damaged would be used.
  bool depends_on(const StorePath& deriver, const StorePathSet& damaged) {
    auto derivation = cache_.read(deriver);
    StorePathSet inputs = derivation->sources;
    for (const auto& [input, outputs] : derivation->inputs) {
      auto maker = cache_.read(input);
      for (const auto& output : outputs) inputs.insert(maker->output_path(output));
    }
    const StorePathSet closure = store_.requisites(inputs);
    return std::any_of(closure.begin(), closure.end(), [&](const StorePath& input) {
      return input != path_ && damaged.contains(input);
    });
  }

  void rebuild(const StorePath& deriver) {
    std::set<std::string> outputs;
    for (const auto& [name, output] : cache_.read(deriver)->outputs)
      if (output.path == path_) outputs.insert(name);
    BuildOptions options = options_;
    options.repair = true;
    build(store_, cache_, {{deriver, outputs}}, options, reporter_);
  }

  [[noreturn]] void give_up() {
    const std::string place = outside_path(store_.physical(path_));
    throw Error("no derivation in the store makes it, and no server that was named offers it")
        .hint(fmt::format("remove '{}', then run what added it: it is added again", place));
  }

  LocalStore& store_;
  DerivationCache& cache_;
  const StorePath& path_;
  const BuildOptions& options_;
  Reporter& reporter_;
};

}  // namespace

Repair repair_item(LocalStore& store, DerivationCache& cache, const StorePath& path,
                   const StorePathSet& damaged, const BuildOptions& options, Reporter& reporter) {
  return ItemRepair(store, cache, path, options, reporter).run(damaged);
}

}  // namespace nacre
