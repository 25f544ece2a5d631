// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/derivation_builder.hpp"

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
#include "store/scan.hpp"
#include "store/staging.hpp"

namespace nacre {
namespace {

using OutputInfos = std::map<std::string, PathInfo>;

class DerivationBuilder {
 public:
  DerivationBuilder(BuildSession& session, const BuildGraph::Node& node)
      : session_(session),
        path_(node.path),
        node_(node),
        derivation_(*node.derivation),
        store_(session.derivations.store()),
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
    OutputInfos infos = build_first_time();
    for (unsigned round = 1; round < std::max(1U, session_.options.rounds); ++round) {
      build_and_compare("from one round to the next");
    }
    std::vector<PathInfo> registered;
    for (const auto& [name, info] : infos) registered.push_back(info);
    store_.register_canonical_paths(registered);
  }

  OutputInfos build_first_time() {
    auto workspace = session_.workspaces.take();
    run_in(*workspace, missing_, [&](const auto& path) { return store_.physical(path); });
    OutputInfos infos;
    SeenFiles seen;
    for (const auto& name : missing_)
      infos.emplace(name, take_in(name, *workspace, store_.physical(outputs_.at(name)), seen));
    check_references(derivation_, infos, session_.closures);
    return infos;
  }

  /// Makes all outputs again, and puts those in place whose files are lost or damaged.
  void repair() {
    require_workspace("repaired");
    auto workspace = session_.workspaces.take();
    run_in(*workspace, output_names(), [&](const auto& path) { return workspace->taken(path); });
    OutputInfos infos;
    SeenFiles seen;
    for (const auto& [name, path] : outputs_)
      infos.emplace(name, take_in(name, *workspace, workspace->taken(path), seen));
    check_references(derivation_, infos, session_.closures);
    for (const auto& [name, info] : infos) replace_damaged(info, workspace->taken(info.path));
  }

  void replace_damaged(const PathInfo& info, const std::string& made) {
    auto known = store_.query_path_info(info.path);
    if (!known || (store_.is_present(info.path) && is_surely_intact(info.path))) return;
    if (known->nar_hash != info.nar_hash)
      session_.reporter.warning(fmt::format(
          "'{}' was made again, but not the same bits as before: its build is not reproducible",
          info.path.text()));
    store_.replace(info, made);
  }

  bool is_surely_intact(const StorePath& path) {
    try {
      return is_intact(store_, path);
    } catch (const Error&) {
      return false;
    }
  }

  /// Makes an output canonical that lies at `place`, out of the builder's reach.
  PathInfo take_in(const std::string& name, const Workspace& workspace, const std::string& place,
                   SeenFiles& seen) {
    const StorePath& path = outputs_.at(name);
    ScanResult scan = intake_tree(store_.layout(), place, candidate_hash_parts(),
                                  workspace.owner_of_outputs(), &seen);
    PathInfo info(path);
    info.nar_hash = scan.nar_hash;
    info.nar_size = scan.nar_size;
    info.references = to_paths(scan.references);
    info.deriver = path_;
    return info;
  }

  void check() {
    if (!missing_.empty()) {
      throw Error("it is not in the store yet, so there is nothing to compare with")
          .hint("build it without --check first");
    }
    for (unsigned round = 0; round < std::max(1U, session_.options.rounds); ++round) {
      build_and_compare("from what is in the store");
    }
  }

  /// Builds once more and compares with what is at the outputs' places.
  void build_and_compare(std::string_view with_what) {
    require_workspace("built a second time");
    auto workspace = session_.workspaces.take();
    run_in(*workspace, output_names(), [&](const auto& path) { return workspace->taken(path); });
    SeenFiles seen;
    for (const auto& [name, path] : outputs_) {
      std::string made = workspace->taken(path);
      canonicalize_tree(made, workspace->owner_of_outputs(), &seen);
      std::string place = store_.physical(path);
      if (hash_nar(made).hash == hash_nar(place).hash) continue;
      std::string difference = first_difference(place, made);
      throw Error("'{}' differs {}: {}", path.text(), with_what, difference)
          .hint(keep_different(made, place));
    }
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

  /// Runs the builder, takes its outputs `names` out of its reach, to where `target` says, and
  /// checks there that they are what was promised.
  void run_in(Workspace& workspace, const std::set<std::string>& names,
              const std::function<std::string(const StorePath&)>& target) {
    workspace.adopt(path_, tenant(workspace));
    std::map<std::string, std::string> places;
    for (const auto& [name, path] : outputs_) {
      workspace.make_room(path);
      places.emplace(name, in_workspace_ ? workspace.in_store(path) : store_.physical(path));
    }
    try {
      run_builder(session_, node_, closure_, workspace, places);
      for (const auto& [name, path] : outputs_) require_output(path, workspace);
      for (const auto& name : names) {
        std::string file = target(outputs_.at(name));
        if (in_workspace_) workspace.take(outputs_.at(name), file);
        check_fixed_output(derivation_, name, file);
      }
    } catch (const Error&) {
      if (session_.options.keep_failed) keep_build_directory(workspace);
      throw;
    }
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

  void require_output(const StorePath& path, const Workspace& workspace) {
    bool is_there = in_workspace_ ? workspace.has(path) : path_exists(store_.physical(path));
    if (!is_there) throw Error("builder failed to produce output path '{}'", path.text());
  }

  std::string keep_different(const std::string& made, const std::string& place) {
    if (!session_.options.keep_failed) return "--keep-failed keeps the other one, to look at";
    std::string other = place + "-check";
    remove_tree(other);
    move_tree(made, other);
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

  std::vector<std::string> candidate_hash_parts() const {
    std::vector<std::string> parts;
    for (const auto& path : closure_) parts.emplace_back(path.hash_part());
    for (const auto& [name, path] : outputs_) parts.emplace_back(path.hash_part());
    return parts;
  }

  StorePathSet to_paths(const std::set<std::string>& hash_parts) const {
    StorePathSet paths;
    auto take = [&](const StorePath& path) {
      if (hash_parts.contains(std::string(path.hash_part()))) paths.insert(path);
    };
    for (const auto& path : closure_) take(path);
    for (const auto& [name, path] : outputs_) take(path);
    return paths;
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
  Store& store_;
  bool in_workspace_;
  std::map<std::string, StorePath> outputs_;
  std::set<std::string> missing_;  ///< names of outputs that are not valid
  StorePathSet closure_;
};

}  // namespace

void build_derivation(BuildSession& session, const BuildGraph::Node& node) {
  try {
    DerivationBuilder(session, node).run();
    tell_event(session, node, fmt::format("build-succeeded {} -", node.path.text()));
  } catch (const Error& error) {
    tell_event(session, node, fmt::format("build-failed {} - 1 failed", node.path.text()));
    throw BuildError(node.path, error.what(), error.hint());
  }
}

void tell_event(const BuildSession& session, const BuildGraph::Node& node, std::string_view event) {
  if (!session.options.print_trace) return;
  session.reporter.build_output(node.derivation->name, fmt::format("@ {}", event));
}

}  // namespace nacre
