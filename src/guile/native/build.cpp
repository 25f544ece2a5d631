// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <mutex>

#include "base/daemon_words.hpp"
#include "base/files.hpp"
#include "builds/builder.hpp"
#include "builds/builtin.hpp"
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

/// What a program may choose: how to build, and in which words it hears of that.
struct Choices {
  BuildOptions build;
  DaemonWords::Options words;
};

struct Option {
  std::string_view name;
  void (*set)(Choices& choices, SCM value);
};

void set_substitute_urls(BuildOptions& options, SCM value) {
  options.substitute_urls.clear();
  if (is_unset(value)) return;
  for_each(value, [&](SCM url) { options.substitute_urls.push_back(string_from(url)); });
}

constexpr std::array<Option, 14> known_options{{
    {"cores", [](Choices& c, SCM v) { c.build.cores = number_from(v); }},
    {"fallback", [](Choices& c, SCM v) { c.build.fallback = scm_is_true(v); }},
    {"keep-failed", [](Choices& c, SCM v) { c.build.keep_failed = scm_is_true(v); }},
    {"keep-going", [](Choices& c, SCM v) { c.build.keep_going = scm_is_true(v); }},
    {"max-jobs", [](Choices& c, SCM v) { c.build.max_jobs = number_from(v); }},
    {"max-silent-time",
     [](Choices& c, SCM v) { c.build.max_silent_time = std::chrono::seconds(number_from(v)); }},
    {"mode", [](Choices& c, SCM v) { set_mode(c.build, v); }},
    {"multiplexed-build-output", [](Choices& c, SCM v) { c.words.multiplexed = scm_is_true(v); }},
    {"print-build-trace", [](Choices& c, SCM v) { c.words.trace = scm_is_true(v); }},
    {"rounds", [](Choices& c, SCM v) { c.build.rounds = number_from(v); }},
    {"substitute-urls", [](Choices& c, SCM v) { set_substitute_urls(c.build, v); }},
    {"substitutes", [](Choices& c, SCM v) { c.build.substitutes = scm_is_true(v); }},
    {"timeout", [](Choices& c, SCM v) { c.build.timeout = std::chrono::seconds(number_from(v)); }},
    {"isolate", [](Choices& c, SCM v) { c.build.isolate = scm_is_true(v); }},
}};

/// What a program may ask of a daemon, but a store that is open here has no use for.
constexpr std::array<std::string_view, 2> daemon_options{"offload", "verbosity"};

Choices choices_from(const OpenStore& store, SCM alist) {
  Choices choices{*store.build_options, {}};
  for_each(alist, [&](SCM entry) {
    if (!scm_is_pair(entry)) wrong_type("(OPTION . VALUE)", entry);
    const std::string name = symbol_from(SCM_CAR(entry));
    const auto option = std::find_if(known_options.begin(), known_options.end(),
                                     [&](const Option& known) { return known.name == name; });
    if (option != known_options.end()) return option->set(choices, SCM_CDR(entry));
    if (std::find(daemon_options.begin(), daemon_options.end(), name) == daemon_options.end())
      throw Error("there is no build option '{}'", name);
  });
  return choices;
}

/// An item that nobody can make is not an error here, as with a daemon: it is just not there.
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

/// Where what builders say goes: to a file descriptor (borrowed), or, if there is none, to
/// `reporter`.
DaemonWords::Write output_to(SCM descriptor, Reporter& reporter) {
  if (is_unset(descriptor)) {
    return [&](std::string_view name, std::string_view line) {
      reporter.event(events::BuildLog{name, line});
    };
  }
  const int fd = static_cast<int>(count_from(descriptor, "a file descriptor", INT_MAX));
  auto mutex = std::make_shared<std::mutex>();
  return [fd, mutex](std::string_view, std::string_view line) {
    std::lock_guard lock(*mutex);
    write_fully(fd, fmt::format("{}\n", line));
  };
}

SCM build_things(SCM store, SCM requests, SCM options, SCM output_descriptor) {
  OpenStore& target = store_from(store);
  Reporter& reporter = *target.reporter;
  const Choices choices = choices_from(target, options);
  DaemonWords words(choices.words, output_to(output_descriptor, reporter), reporter);
  build(*target.store, *target.derivations, requests_from(requests), choices.build, words);
  return SCM_BOOL_T;
}

SCM ensure_path(SCM store, SCM path, SCM options) {
  OpenStore& target = store_from(store);
  build(*target.store, *target.derivations, {{store_path_from(path), {}}},
        choices_from(target, options).build, *target.reporter);
  return SCM_BOOL_T;
}

SCM plan(SCM store, SCM requests, SCM options) {
  OpenStore& target = store_from(store);
  const BuildPlan plan = plan_build(*target.store, *target.derivations, requests_from(requests),
                                    choices_from(target, options).build, *target.reporter);
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
