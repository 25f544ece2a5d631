// SPDX-License-Identifier: GPL-3.0-or-later
#include "build/derivation_builder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "archive/nar.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "build/builder_run.hpp"
#include "build/outputs.hpp"
#include "build/relocation.hpp"
#include "build/sandbox.hpp"
#include "store/canonicalize.hpp"
#include "store/file_lock.hpp"
#include "store/scan.hpp"

namespace nacre {
namespace {

using OutputInfos = std::map<std::string, PathInfo>;

/// A tree moves to another directory only if its owner may write to it.
void move_tree(const std::string& from, const std::string& to) {
  struct stat status = lstat_file(from);
  if (S_ISDIR(status.st_mode) && chmod(from.c_str(), (status.st_mode & 0777) | 0700) < 0) {
    throw_errno(from);
  }
  rename_file(from, to);
}

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
    while (true) {
      check_interrupted();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      auto freed = PathLock::try_acquire(store_.layout(), path);
      if (freed) return std::move(*freed);
    }
  }

  void find_missing_outputs() {
    for (const auto& [name, path] : outputs_) {
      if (!store_.is_valid(path)) missing_.insert(name);
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
    run_in(*workspace);
    OutputInfos infos;
    for (const auto& name : missing_) infos.emplace(name, take_output(name, *workspace));
    check_references(derivation_, infos, session_.closures);
    return infos;
  }

  /// Moves an output to its place in the store and makes it canonical.
  PathInfo take_output(const std::string& name, const Workspace& workspace) {
    const StorePath& path = outputs_.at(name);
    std::string place = store_.physical(path);
    std::string made = made_output(name, workspace);
    if (made != place) move_tree(made, place);
    ScanResult scan = intake_tree(store_.layout(), place, candidate_hash_parts(), builder_uid());
    PathInfo info(path);
    info.nar_hash = scan.nar_hash;
    info.nar_size = scan.nar_size;
    info.references = to_paths(scan.references);
    info.deriver = path_;
    return info;
  }

  void check() {
    if (!missing_.empty()) {
      throw Error(std::string("it is not in the store yet, so there is nothing to compare with"))
          .hint("build it without --check first");
    }
    for (unsigned round = 0; round < std::max(1U, session_.options.rounds); ++round) {
      build_and_compare("from what is in the store");
    }
  }

  /// Builds once more and compares with what is at the outputs' places.
  void build_and_compare(std::string_view with_what) {
    if (!in_workspace_) {
      throw Error(std::string("without isolation nothing can be built a second time"))
          .hint("leave out --disable-chroot, or --check and --rounds");
    }
    auto workspace = session_.workspaces.take();
    run_in(*workspace);
    for (const auto& [name, path] : outputs_) {
      std::string made = made_output(name, *workspace);
      canonicalize_tree(made, builder_uid());
      std::string place = store_.physical(path);
      if (hash_nar(made).hash == hash_nar(place).hash) continue;
      std::string difference = first_difference(place, made);
      throw Error("`{}' differs {}: {}", path.text(), with_what, difference)
          .hint(keep_different(made, place));
    }
  }

  // --- its steps

  void run_in(Workspace& workspace) {
    workspace.adopt(path_, builder_identity());
    std::map<std::string, std::string> places;
    for (const auto& [name, path] : outputs_) {
      workspace.make_room(path);
      places.emplace(name, in_workspace_ ? workspace.in_store(path) : store_.physical(path));
    }
    try {
      run_builder(session_, node_, closure_, workspace, places);
      for (const auto& [name, path] : outputs_) {
        check_fixed_output(derivation_, name, made_output(name, workspace));
      }
    } catch (const Interrupted&) {
      throw;
    } catch (const Error&) {
      if (session_.options.keep_failed) keep_build_directory(workspace);
      throw;
    }
  }

  void keep_build_directory(Workspace& workspace) {
    try {
      session_.reporter.info(
          fmt::format("keeping build directory `{}'", workspace.keep_build_directory()));
    } catch (const Error& error) {
      session_.reporter.warning(
          fmt::format("the build directory could not be kept: {}", error.what()));
    }
  }

  std::string made_output(const std::string& name, const Workspace& workspace) {
    const StorePath& path = outputs_.at(name);
    std::string made = in_workspace_ ? workspace.in_store(path) : store_.physical(path);
    if (path_exists(made)) return made;
    throw Error("builder failed to produce output path `{}'", path.text());
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

  /// Who the builder is, if not this process's user.
  std::optional<Identity> builder_identity() const {
    if (derivation_.is_builtin() || !session_.options.isolate) return {};
    return host_build_user();
  }
  uid_t builder_uid() const {
    auto identity = builder_identity();
    return identity ? identity->uid : geteuid();
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
  } catch (const Interrupted&) {
    throw;
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
