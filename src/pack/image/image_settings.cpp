// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "builds/environment.hpp"
#include "pack/image/image.hpp"
#include "pack/image/image_user.hpp"
#include "profile/search_path.hpp"

namespace nacre {
namespace {

/// How layers are dealt out and compressed; a change of either is a change of this.
constexpr std::string_view layers_version = "3";

struct Platform {
  std::string architecture;
  std::optional<std::string> variant;
};

/// Docker's names for the machines of Guix's systems.
Platform platform_of(const std::string& system) {
  static const std::map<std::string, Platform> platforms{
      {"x86_64-linux", {"amd64", {}}},        {"i686-linux", {"386", {}}},
      {"aarch64-linux", {"arm64", "v8"}},     {"armhf-linux", {"arm", "v7"}},
      {"powerpc64le-linux", {"ppc64le", {}}}, {"riscv64-linux", {"riscv64", {}}},
      {"mips64el-linux", {"mips64le", {}}},
  };
  auto found = platforms.find(system);
  if (found == platforms.end()) throw Error("there are no images for the system {}", system);
  return found->second;
}

/// The profile's search paths, and over them what was asked for.
std::vector<std::string> read_environment(const BuiltinContext& context, const PackInput& input,
                                          const std::string& suffix) {
  std::vector<std::pair<std::string, std::string>> variables;
  auto set = [&](const std::string& name, const std::string& value) {
    auto known = std::find_if(variables.begin(), variables.end(),
                              [&](const auto& variable) { return variable.first == name; });
    if (known == variables.end())
      variables.emplace_back(name, value);
    else
      known->second = value;
  };
  if (auto text = context.derivation.variable("search-paths" + suffix)) {
    StoreFiles files(context.store);
    auto search_paths = parse_search_paths(*text);
    const std::string& profile = input.profile.text();
    for (const auto& variable : evaluate_search_paths(files, profile, search_paths))
      set(variable.name, variable.value(profile));
  }
  for (const std::string& line : variable_lines(context.derivation, "environment")) {
    const Assignment variable = parse_assignment("environment variable", line);
    set(variable.name, variable.value);
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

void check_layers_version(const BuiltinContext& context) {
  const std::string version = context.derivation.variable("layers-version").value_or("1");
  if (version != layers_version)
    throw Error("this program makes version {} of an image's layers, not version {}",
                layers_version, version)
        .hint("use the version of nacre that made the derivation");
}

/// How to find out whether the image's program works, in Docker's form, times in nanoseconds; empty
/// if that was not asked for.
nlohmann::json read_health_check(const Derivation& derivation) {
  nlohmann::json check = nlohmann::json::object();
  std::vector<std::string> command = variable_lines(derivation, "health-command");
  if (!command.empty()) {
    command.insert(command.begin(), "CMD");
    check["Test"] = command;
  }
  for (const auto& [variable, field] :
       {std::pair{"health-interval", "Interval"}, std::pair{"health-timeout", "Timeout"},
        std::pair{"health-start-period", "StartPeriod"}})
    if (const auto text = derivation.variable(variable))
      check[field] = parse_duration(variable, *text);
  if (const auto text = derivation.variable("health-retries"))
    check["Retries"] = parse_number("health-retries", *text, 1, most_health_retries);
  if (!check.empty() && command.empty())
    throw Error("there are times of a health check, but no command that checks")
        .hint("add --health-cmd, once for each argument");
  return check;
}

/// What programs in the image run with. Sets are objects whose values say nothing.
nlohmann::json read_run_configuration(const BuiltinContext& context, const PackInput& input,
                                      const std::string& suffix) {
  const Derivation& derivation = context.derivation;
  nlohmann::json config{{"Env", read_environment(context, input, suffix)}};
  if (const auto arguments = read_entry_point(context, input); !arguments.empty())
    config["Entrypoint"] = arguments;
  if (const auto arguments = variable_lines(derivation, "command"); !arguments.empty())
    config["Cmd"] = arguments;
  for (const std::string& line : variable_lines(derivation, "exposed-ports"))
    config["ExposedPorts"][parse_exposed_port(line)] = nlohmann::json::object();
  for (const std::string& line : variable_lines(derivation, "volumes"))
    config["Volumes"][parse_volume(line)] = nlohmann::json::object();
  for (const std::string& line : variable_lines(derivation, "labels")) {
    const Assignment label = parse_assignment("label", line);
    config["Labels"][label.name] = label.value;
  }
  if (const auto text = derivation.variable("user")) {
    config["User"] = parse_image_user(*text);
    check_image_user(StoreFiles(context.store), input, *text);
  }
  if (const auto text = derivation.variable("working-directory"))
    config["WorkingDir"] = parse_working_directory(*text);
  if (const auto text = derivation.variable("stop-signal"))
    config["StopSignal"] = parse_stop_signal(*text);
  if (const auto check = read_health_check(derivation); !check.empty())
    config["Healthcheck"] = check;
  return config;
}

/// Of the image whose own variables have names that end in `suffix`.
ImageSettings read_settings(const BuiltinContext& context, const PackInput& input,
                            const std::string& suffix) {
  check_layers_version(context);
  ImageSettings settings;
  settings.name = parse_image_name(context.variable("image-tag"));
  Platform platform = platform_of(context.variable("system" + suffix));
  settings.architecture = platform.architecture;
  settings.variant = platform.variant;
  if (const auto text = context.derivation.variable("created"))
    settings.created = parse_created(*text);
  settings.run = read_run_configuration(context, input, suffix);
  if (auto text = context.derivation.variable("max-layers"))
    settings.max_layers =
        static_cast<std::size_t>(parse_number("max-layers", *text, 1, most_image_layers));
  return settings;
}

}  // namespace

std::vector<std::string> read_entry_point(const BuiltinContext& context, const PackInput& input) {
  auto program = context.derivation.variable("entry-point");
  auto arguments = variable_lines(context.derivation, "entry-point-arguments");
  if (!program) {
    if (arguments.empty()) return {};
    throw Error("there are arguments for an entry point, but no entry point");
  }
  check_in_profile(StoreFiles(context.store), input.profile, *program, "the entry point");
  arguments.insert(arguments.begin(), input.profile.text() + "/" + *program);
  return arguments;
}

ImageSettings read_image_settings(const BuiltinContext& context, const PackInput& input) {
  return read_settings(context, input, "");
}

std::vector<PlatformImage> read_platform_images(const BuiltinContext& context) {
  std::vector<PlatformImage> images;
  std::set<std::pair<std::string, std::optional<std::string>>> platforms;
  for (std::string suffix; images.empty() || context.derivation.variable("profile" + suffix);
       suffix = fmt::format("-{}", images.size() + 1)) {
    PackInput input = read_pack_input(context, "profile" + suffix);
    ImageSettings settings = read_settings(context, input, suffix);
    if (!platforms.emplace(settings.architecture, settings.variant).second)
      throw Error("there are two images for {}", settings.architecture);
    images.push_back({std::move(input), std::move(settings)});
  }
  return images;
}

}  // namespace nacre
