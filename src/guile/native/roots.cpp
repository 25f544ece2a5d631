// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <map>
#include <string>

#include "base/process.hpp"
#include "guile/convert.hpp"
#include "guile/guile.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

const Setup* setup_of_definitions = nullptr;

/// This process's variables, without those by which a user puts other modules before ours.
std::map<std::string, std::string> own_channel_environment() {
  std::map<std::string, std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos)
      result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const char* name :
       {"NACRE_CHANNEL", "GUIX_PACKAGE_PATH", "GUILE_LOAD_PATH", "GUILE_LOAD_COMPILED_PATH"})
    result.erase(name);
  return result;
}

SCM run_with_own_channel(SCM script, SCM arguments) {
  Command command;
  // The store is where every process of these name spaces sees it.
  command.argv = {"/proc/self/exe", "--root", "/", "repl", "-q", "--", string_from(script)};
  for_each(arguments, [&](SCM argument) { command.argv.push_back(string_from(argument)); });
  command.environment = own_channel_environment();
  const CommandResult result = run_command(command);
  if (result.status != 0) {
    const std::size_t end = result.error.find_last_not_of('\n');
    throw Error("a process with nacre's own channel exited with status {}; it printed '{}'",
                result.status, result.error.substr(0, end + 1));
  }
  return make_string(result.output);
}

void definitions() {
  define_native_value("own-channel?", scm_from_bool(setup_of_definitions->own_channel));
  define_native_value("engine-directory", make_string(setup_of_definitions->engine.sources));
  define_native_value("channel-directory", make_string(setup_of_definitions->channel.sources));
  define_native<&run_with_own_channel>("run-with-own-channel");
}

}  // namespace

void define_roots_module(const Setup& setup) {
  setup_of_definitions = &setup;
  define_native_module("nacre roots", definitions);
  setup_of_definitions = nullptr;
}

}  // namespace nacre::guile
