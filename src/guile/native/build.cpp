// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <climits>
#include <mutex>

#include "base/files.hpp"
#include "builds/builder.hpp"
#include "builds/builtin.hpp"
#include "guile/context.hpp"
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"

namespace nacre::guile {
namespace {

unsigned number_from(SCM value) {
  return static_cast<unsigned>(count_from(value, "the value of a build option", 1'000'000));
}

void set_mode(BuildOptions& options, SCM value) {
  const std::string mode = symbol_from(value);
  if (mode != "normal" && mode != "check" && mode != "repair")
    throw Error("there is no build mode '{}'", mode);
  options.check = mode == "check";
  options.repair = mode == "repair";
}

struct Option {
  std::string_view name;
  void (*set)(BuildOptions& options, SCM value);
};

void set_substitute_urls(BuildOptions& options, SCM value) {
  options.substitute_urls.clear();
  if (is_unset(value)) return;
  for_each(value, [&](SCM url) { options.substitute_urls.push_back(string_from(url)); });
}

constexpr std::array<Option, 14> known_options{{
    {"cores", [](BuildOptions& o, SCM v) { o.cores = number_from(v); }},
    {"fallback", [](BuildOptions& o, SCM v) { o.fallback = scm_is_true(v); }},
    {"keep-failed", [](BuildOptions& o, SCM v) { o.keep_failed = scm_is_true(v); }},
    {"keep-going", [](BuildOptions& o, SCM v) { o.keep_going = scm_is_true(v); }},
    {"max-jobs", [](BuildOptions& o, SCM v) { o.max_jobs = number_from(v); }},
    {"max-silent-time",
     [](BuildOptions& o, SCM v) { o.max_silent_time = std::chrono::seconds(number_from(v)); }},
    {"mode", set_mode},
    {"multiplexed-build-output",
     [](BuildOptions& o, SCM v) { o.multiplexed_output = scm_is_true(v); }},
    {"print-build-trace", [](BuildOptions& o, SCM v) { o.print_trace = scm_is_true(v); }},
    {"rounds", [](BuildOptions& o, SCM v) { o.rounds = number_from(v); }},
    {"substitute-urls", set_substitute_urls},
    {"substitutes", [](BuildOptions& o, SCM v) { o.substitutes = scm_is_true(v); }},
    {"timeout", [](BuildOptions& o, SCM v) { o.timeout = std::chrono::seconds(number_from(v)); }},
    {"isolate", [](BuildOptions& o, SCM v) { o.isolate = scm_is_true(v); }},
}};

/// What a program may ask of a daemon, but a store that is open here has no use for.
constexpr std::array<std::string_view, 2> daemon_options{"offload", "verbosity"};

BuildOptions options_from(SCM alist) {
  BuildOptions options = context().build_options;
  for_each(alist, [&](SCM entry) {
    if (!scm_is_pair(entry)) wrong_type("(OPTION . VALUE)", entry);
    const std::string name = symbol_from(SCM_CAR(entry));
    const auto option = std::find_if(known_options.begin(), known_options.end(),
                                     [&](const Option& known) { return known.name == name; });
    if (option != known_options.end()) return option->set(options, SCM_CDR(entry));
    if (std::find(daemon_options.begin(), daemon_options.end(), name) == daemon_options.end())
      throw Error("there is no build option '{}'", name);
  });
  return options;
}

/// An item that nobody can make is no error here, as with a daemon: it is just not there.
std::vector<BuildRequest> requests_from(SCM list) {
  std::vector<BuildRequest> requests;
  for_each(list, [&](SCM entry) {
    if (!scm_is_pair(entry)) {
      StorePath path = store_path_from(entry);
      const bool is_item = !path.is_derivation();
      requests.push_back({std::move(path), {}, is_item});
      return;
    }
    BuildRequest request{store_path_from(SCM_CAR(entry)), {}};
    for_each(SCM_CDR(entry), [&](SCM output) { request.outputs.insert(string_from(output)); });
    requests.push_back(std::move(request));
  });
  return requests;
}

/// Writes what builders say on a file descriptor (borrowed) instead of showing it.
class BuildOutputOn : public Reporter {
 public:
  BuildOutputOn(int fd, Reporter& other) : fd_(fd), other_(other) {}

  std::unique_ptr<Activity> start(std::string_view title, Unit unit) override {
    return other_.start(title, unit);
  }
  void info(std::string_view line) override { other_.info(line); }
  void warning(std::string_view line) override { other_.warning(line); }
  void build_output(std::string_view, std::string_view line) override {
    std::lock_guard lock(mutex_);
    write_fully(fd_, fmt::format("{}\n", line));
  }
  void totals(std::uint64_t done, std::uint64_t running, std::uint64_t total) override {
    other_.totals(done, running, total);
  }

 private:
  int fd_;
  Reporter& other_;
  std::mutex mutex_;
};

SCM build_things(SCM store, SCM requests, SCM options, SCM output_descriptor) {
  DerivationCache& derivations = *store_from(store).derivations;
  Reporter& reporter = *context().reporter;
  if (is_unset(output_descriptor)) {
    build(derivations, requests_from(requests), options_from(options), reporter);
    return SCM_BOOL_T;
  }
  BuildOutputOn output(
      static_cast<int>(count_from(output_descriptor, "a file descriptor", INT_MAX)), reporter);
  build(derivations, requests_from(requests), options_from(options), output);
  return SCM_BOOL_T;
}

SCM ensure_path(SCM store, SCM path, SCM options) {
  build(*store_from(store).derivations, {{store_path_from(path), {}}}, options_from(options),
        *context().reporter);
  return SCM_BOOL_T;
}

SCM plan(SCM store, SCM requests, SCM options) {
  const BuildPlan plan = plan_build(*store_from(store).derivations, requests_from(requests),
                                    options_from(options), *context().reporter);
  return scm_values(scm_list_2(make_list(plan.to_build, make_store_path_string),
                               make_list(plan.unknown, make_store_path_string)));
}

SCM build_log(SCM store, SCM path) {
  const auto log = find_build_log(*store_from(store).store, store_path_from(path));
  return log ? make_string(*log) : SCM_BOOL_F;
}

SCM builtin_builders() {
  return make_list(builtin_names(), [](std::string_view name) { return make_string(name); });
}

void definitions() {
  define_native<&build_things, Refusal::protocol>("build-things!", 1);
  define_native<&ensure_path, Refusal::protocol>("ensure-path!");
  define_native<&plan, Refusal::protocol>("plan-build");
  define_native<&build_log, Refusal::protocol>("build-log");
  define_native<&builtin_builders>("builtin-builders");
}

}  // namespace

void define_build_module() {
  define_native_module("nacre build", definitions);
}

}  // namespace nacre::guile
