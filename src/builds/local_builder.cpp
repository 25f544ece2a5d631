// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/local_builder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "archive/nar.hpp"
#include "base/files.hpp"
#include "builds/builder_run.hpp"
#include "builds/outputs.hpp"
#include "sandbox/relocation.hpp"
#include "sandbox/sandbox.hpp"
#include "store/canonicalize.hpp"
#include "store/file_lock.hpp"
#include "store/gc.hpp"
#include "store/staging.hpp"

namespace nacre {
namespace {

/// What one run of a builder has made, on its way into the store.
struct Made {
  std::vector<Staging::Slot> slots;          ///< that the trees are in
  std::map<std::string, std::string> trees;  ///< by the output's name
  uid_t owner = 0;                           ///< of the files
};

class DerivationBuilder {
 public:
  DerivationBuilder(BuildSession& session, const BuildGraph::Node& node)
      : session_(session),
        path_(node.path),
        node_(node),
        derivation_(*node.derivation),
        store_(session.store),
        in_workspace_(writes_to_workspace(session, derivation_)) {
    for (const auto& [name, output] : derivation_.outputs) {
      outputs_.emplace(name, derivation_.output_path(name));
    }
  }

  void run() {
    for (const auto& [name, path] : outputs_) store_.add_temp_root(path);
    std::vector<PathLock> locks = lock_outputs();
    find_missing_outputs();
    closure_ = session_.closures.input_closure(derivation_, session_.derivations);
    if (session_.options.repair && node_.requested) return repair();
    if (session_.options.check && node_.requested) return check();
    if (missing_.empty()) return;
    remove_leftovers();
    try {
      make_outputs();
    } catch (...) {
      remove_leftovers();
      throw;
    }
  }

 private:
  // --- the passes of a build

  /// In one order for everybody, so that nobody waits in a circle.
  std::vector<PathLock> lock_outputs() {
    std::vector<PathLock> locks;
    std::set<StorePath> paths;
    for (const auto& [name, path] : outputs_) paths.insert(path);
    for (const auto& path : paths) locks.push_back(wait_for_lock(path));
    return locks;
  }

  PathLock wait_for_lock(const StorePath& path) {
    auto lock = PathLock::try_acquire(store_.layout(), path);
    if (lock) return std::move(*lock);
    auto activity =
        session_.reporter.start(fmt::format("waiting for another build of {}", derivation_.name));
    return PathLock::wait(store_.layout(), path);
  }

  void find_missing_outputs() {
    for (const auto& [name, path] : outputs_) {
      if (!store_.is_present(path)) missing_.insert(name);
    }
  }

  void make_outputs() {
    Made made = make(missing_);
    if (session_.options.rounds > 1) canonicalize(made);
    for (unsigned round = 1; round < std::max(1U, session_.options.rounds); ++round) {
      build_and_compare(made.trees, "from one round to the next");
    }
    add(made, [](auto&) {});
  }

  /// Makes all outputs again, and puts those in place whose files are lost or damaged.
  void repair() {
    require_workspace("repaired");
    Made made = make(output_names());
    add(made, [&](std::vector<PathInfo>& infos) {
      std::erase_if(infos, [&](const PathInfo& info) { return !is_to_be_replaced(info); });
    });
  }

  bool is_to_be_replaced(const PathInfo& info) {
    auto known = store_.query_path_info(info.path);
    if (!known || (store_.is_present(info.path) && is_surely_intact(info.path))) return false;
    if (known->nar_hash != info.nar_hash)
      session_.reporter.warning(fmt::format(
          "'{}' was made again, but not the same bits as before: its build is not reproducible",
          info.path.text()));
    return true;
  }

  bool is_surely_intact(const StorePath& path) {
    try {
      return is_intact(store_, path);
    } catch (const Error&) {
      return false;
    }
  }

  void check() {
    if (!missing_.empty()) {
      throw Error("it is not in the store yet, so there is nothing to compare with")
          .hint("build it without --check first");
    }
    std::map<std::string, std::string> present;
    for (const auto& [name, path] : outputs_) present.emplace(name, store_.physical(path));
    for (unsigned round = 0; round < std::max(1U, session_.options.rounds); ++round) {
      build_and_compare(present, "from what is in the store");
    }
  }

  /// Builds once more and compares with what was made before, which lies at `before`.
  void build_and_compare(const std::map<std::string, std::string>& before,
                         std::string_view with_what) {
    require_workspace("built a second time");
    Made made = make(output_names());
    canonicalize(made);
    for (const auto& [name, place] : before) {
      const std::string& tree = made.trees.at(name);
      if (hash_nar(tree).hash == hash_nar(place).hash) continue;
      throw Error("'{}' differs {}: {}", outputs_.at(name).text(), with_what,
                  first_difference(place, tree))
          .hint(keep_different(tree, outputs_.at(name)));
    }
  }

  static void canonicalize(Made& made) {
    SeenFiles seen;
    for (const auto& [name, tree] : made.trees) canonicalize_tree(tree, made.owner, &seen);
    made.owner = geteuid();
  }

  void require_workspace(std::string_view what) {
    if (in_workspace_) return;
    throw Error("without isolation nothing can be {}", what)
        .hint("leave out --disable-chroot, or --check, --repair and --rounds");
  }

  // --- its steps

  std::set<std::string> output_names() const {
    std::set<std::string> names;
    for (const auto& [name, path] : outputs_) names.insert(name);
    return names;
  }

  /// Runs the builder, takes its outputs `names` out of its reach, and checks that they are what
  /// was promised. A program without a workspace has made them at their places.
  Made make(const std::set<std::string>& names) {
    auto workspace = session_.workspaces.take();
    workspace->adopt(path_, tenant(*workspace));
    std::map<std::string, std::string> places;
    for (const auto& [name, path] : outputs_) {
      workspace->make_room(path);
      places.emplace(name, in_workspace_ ? workspace->in_store(path) : store_.physical(path));
    }
    try {
      run_builder(session_, node_, closure_, *workspace, places);
      for (const auto& [name, place] : places) require_output(name, place);
      return take(names, *workspace);
    } catch (const Error&) {
      if (session_.options.keep_failed) keep_build_directory(*workspace);
      throw;
    }
  }

  Made take(const std::set<std::string>& names, Workspace& workspace) {
    Made made;
    made.owner = workspace.owner_of_outputs();
    for (const auto& name : names) {
      const StorePath& path = outputs_.at(name);
      std::string tree = store_.physical(path);
      if (in_workspace_) {
        tree = made.slots.emplace_back(store_.staging().slot()).path();
        workspace.take(path, tree);
      }
      check_fixed_output(derivation_, name, tree);
      made.trees.emplace(name, tree);
    }
    return made;
  }

  /// `choose` takes out what is not to be registered.
  void add(const Made& made, const LocalStore::AcceptOutputs& choose) {
    std::vector<MadeOutput> trees;
    for (const auto& [name, tree] : made.trees) trees.push_back({outputs_.at(name), tree});
    store_.add_outputs(trees, closure_, path_, made.owner, [&](std::vector<PathInfo>& infos) {
      check_references(derivation_, by_name(infos), session_.closures);
      choose(infos);
    });
  }

  std::map<std::string, PathInfo> by_name(const std::vector<PathInfo>& infos) const {
    std::map<std::string, PathInfo> named;
    for (const auto& [name, path] : outputs_)
      for (const PathInfo& info : infos)
        if (info.path == path) named.emplace(name, info);
    return named;
  }

  void keep_build_directory(Workspace& workspace) {
    try {
      session_.reporter.info(
          fmt::format("keeping build directory '{}'", workspace.keep_build_directory()));
    } catch (const Error& error) {
      session_.reporter.warning(
          fmt::format("the build directory could not be kept: {}", error.what()));
    }
  }

  void require_output(const std::string& name, const std::string& place) const {
    if (path_exists(place)) return;
    throw Error("builder failed to produce output path '{}'", outputs_.at(name).text());
  }

  std::string keep_different(const std::string& tree, const StorePath& path) {
    if (!session_.options.keep_failed) return "--keep-failed keeps the other one, to look at";
    std::string other = store_.physical(path) + "-check";
    remove_tree(other);
    move_tree(tree, other);
    canonicalize_tree(other);
    return fmt::format("the other one is {}", outside_path(other));
  }

  /// Files at the outputs' places that are not registered: of a build that was killed, or that
  /// failed.
  void remove_leftovers() {
    for (const auto& name : missing_) {
      std::string place = store_.physical(outputs_.at(name));
      if (path_exists(place)) remove_tree(place);
    }
  }

  /// Built-in builders are ours and keep nothing. Programs without isolation can keep everything;
  /// those with a network, whatever they find a way to hand to somebody else.
  Workspace::Tenant tenant(const Workspace& workspace) const {
    if (derivation_.is_builtin()) return {};
    if (!session_.options.isolate) return {false, true, true};
    bool is_other_user = workspace.user().has_value();
    return {is_other_user, !is_other_user, has_network(derivation_)};
  }

  BuildSession& session_;
  const StorePath& path_;
  const BuildGraph::Node& node_;
  const Derivation& derivation_;
  LocalStore& store_;
  bool in_workspace_;
  std::map<std::string, StorePath> outputs_;
  std::set<std::string> missing_;  ///< names of outputs that are not valid
  StorePathSet closure_;
};

}  // namespace

void LocalBuilder::build(const BuildGraph::Node& node) {
  try {
    DerivationBuilder(session_, node).run();
    session_.reporter.event(events::BuildSucceeded{node.path.text(), node.derivation->name});
  } catch (const Error& error) {
    session_.reporter.event(events::BuildFailed{node.path.text(), node.derivation->name});
    throw BuildError(node.path, error.what(), error.hint());
  }
}

}  // namespace nacre
