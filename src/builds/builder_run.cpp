// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/builder_run.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/pipe.hpp"
#include "base/process.hpp"
#include "builds/build_log.hpp"
#include "builds/builtin.hpp"
#include "builds/builtin_process.hpp"
#include "builds/environment.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/process_monitor.hpp"
#include "sandbox/relocation.hpp"
#include "sandbox/sandbox.hpp"

namespace nacre {
namespace {

/// One run of one builder.
class BuilderRun {
 public:
  BuilderRun(BuildSession& session, const BuildGraph::Node& node, const StorePathSet& closure,
             Workspace& workspace, const std::map<std::string, std::string>& outputs)
      : session_(session),
        node_(node),
        derivation_(*node.derivation),
        store_(session.store),
        closure_(closure),
        workspace_(workspace),
        outputs_(outputs),
        activity_(start_activity()),
        log_(store_.layout(), node.path, [this](std::string_view line) { on_line(line); }) {}

  void run() {
    // Owned before anything can fail: so it never outlives its workspace.
    BuilderProcess process(derivation_.is_builtin() ? start_builtin() : start_program());
    pid_ = process.pid();
    const std::string log = build_log_file(store_.layout(), node_.path);
    session_.reporter.event(
        events::BuildStarted{node_.path.text(), derivation_.name, derivation_.system, log, pid_});
    output_.write_end.reset();
    progress_.write_end.reset();
    ProgressReader progress([this](auto done, auto total) { activity_->progress(done, total); });
    TimeLimits limits{session_.options.timeout, session_.options.max_silent_time};
    ProcessEnd end = follow_process(
        process, output_.read_end.get(), progress_.read_end.get(), limits,
        [this](std::string_view bytes) { log_.write(bytes); },
        [&](std::string_view bytes) { progress.take(bytes); });
    log_.finish();
    if (end.reason != ProcessEnd::Reason::ended || end.wait_status != 0) fail(end);
  }

 private:
  std::unique_ptr<Activity> start_activity() {
    const Builtin* builtin = find_builtin(derivation_);
    const bool is_download = builtin && builtin->is_download;
    return session_.reporter.start(
        fmt::format("{} {}", is_download ? "downloading" : "building", derivation_.name),
        builtin ? builtin->unit : Reporter::Unit::none);
  }

  void on_line(std::string_view line) {
    session_.reporter.event(events::BuildLog{derivation_.name, line, pid_});
    constexpr std::string_view phase = "starting phase `";
    if (line.starts_with(phase) && line.ends_with("'")) {
      line.remove_prefix(phase.size());
      line.remove_suffix(1);
      activity_->note(line);
    }
  }

  pid_t start_builtin() {
    if (!find_builtin(derivation_)) {
      throw Error("there is no built-in builder '{}'", derivation_.builtin_name().value())
          .hint(fmt::format("those that there are: {}", fmt::join(builtin_names(), ", ")));
    }
    BuiltinRequest request{derivation_,
                           store_.layout(),
                           outputs_,
                           workspace_.build_directory(),
                           session_.cores,
                           closure_,
                           session_.options.check || session_.options.rounds > 1};
    return start_builtin_process(request, output_.write_end.get(), progress_.write_end.get());
  }

  pid_t start_program() {
    SpawnPlan plan;
    if (session_.options.isolate) {
      workspace_.set_inputs(closure_);
      plan_sandbox(plan, store_.layout(), workspace_, has_network(derivation_));
    } else {
      plan.directory = workspace_.build_directory();
    }
    plan.program = derivation_.builder;
    plan.arguments.push_back(base_name(derivation_.builder));
    plan.arguments.insert(plan.arguments.end(), derivation_.arguments.begin(),
                          derivation_.arguments.end());
    plan.environment = builder_environment(derivation_, plan.directory, session_.cores);
    plan.personality = ADDR_NO_RANDOMIZE;
    if (derivation_.system == "i686-linux" || derivation_.system == "armhf-linux") {
      plan.personality |= PER_LINUX32;
    }
    plan.output = output_.write_end.get();
    write_references_graphs();
    return start(plan);
  }

  void write_references_graphs() {
    auto graphs = references_graphs(derivation_, session_.derivations, session_.closures);
    for (const auto& [name, text] : graphs) workspace_.add_file(name, text);
  }

  pid_t start(const SpawnPlan& plan) {
    try {
      return spawn(plan);
    } catch (const SpawnError& error) {
      if (!error.in_namespaces()) throw;
      throw namespace_error(error.code(), "isolating the build", no_isolation_hint);
    }
  }

  [[noreturn]] void fail(const ProcessEnd& end) {
    std::string text;
    for (const auto& line : log_.last_lines()) text += "\n  " + line;
    std::string hint =
        fmt::format("{}the log is {}", text.empty() ? "" : "its last lines were:" + text + "\n",
                    outside_path(log_.file()));
    throw Error(describe(end)).hint(hint);
  }

  std::string describe(const ProcessEnd& end) {
    switch (end.reason) {
      case ProcessEnd::Reason::timed_out:
        return fmt::format("timed out after {} seconds", session_.options.timeout.count());
      case ProcessEnd::Reason::silent:
        return fmt::format("timed out after {} seconds of silence",
                           session_.options.max_silent_time.count());
      case ProcessEnd::Reason::ended:
        break;
    }
    return "builder " + describe_wait_status(end.wait_status);
  }

  BuildSession& session_;
  const BuildGraph::Node& node_;
  const Derivation& derivation_;
  LocalStore& store_;
  const StorePathSet& closure_;
  Workspace& workspace_;
  const std::map<std::string, std::string>& outputs_;
  pid_t pid_ = 0;  ///< the builder's
  std::unique_ptr<Activity> activity_;
  BuildLog log_;
  Pipe output_;
  Pipe progress_;
};

}  // namespace

void run_builder(BuildSession& session, const BuildGraph::Node& node, const StorePathSet& closure,
                 Workspace& workspace, const std::map<std::string, std::string>& outputs) {
  BuilderRun(session, node, closure, workspace, outputs).run();
}

bool has_network(const Derivation& derivation) {
  return derivation.is_fixed_output();
}

bool writes_to_workspace(const BuildSession& session, const Derivation& derivation) {
  return session.options.isolate || derivation.is_builtin();
}

}  // namespace nacre
