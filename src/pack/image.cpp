// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "base/error.hpp"
#include "profile/search_path.hpp"

namespace nacre {
namespace {

/// Overlay file systems stack no more than about 128.
constexpr int most_layers = 127;

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
  if (found == platforms.end()) throw Error("Docker has no images for the system {}", system);
  return found->second;
}

/// The profile's search paths, and over them what was asked for.
std::vector<std::string> read_environment(const BuiltinContext& context, const PackInput& input) {
  std::vector<std::pair<std::string, std::string>> variables;
  auto set = [&](const std::string& name, const std::string& value) {
    auto known = std::find_if(variables.begin(), variables.end(),
                              [&](const auto& variable) { return variable.first == name; });
    if (known == variables.end())
      variables.emplace_back(name, value);
    else
      known->second = value;
  };
  if (auto text = context.derivation.variable("search-paths")) {
    StoreFiles files(context.store);
    auto search_paths = parse_search_paths(*text);
    const std::string& profile = input.profile.text();
    for (const auto& variable : evaluate_search_paths(files, profile, search_paths))
      set(variable.name, variable.value(profile));
  }
  for (const std::string& line : variable_lines(context.derivation, "environment")) {
    std::size_t equals = line.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Error("bad environment variable `{}': it has the form NAME=VALUE", line);
    set(line.substr(0, equals), line.substr(equals + 1));
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace

ImageName parse_image_name(const std::string& text) {
  // [HOST[:PORT]/]COMPONENT[/COMPONENT]…, as Docker has it
  static const std::regex repository(
      "([A-Za-z0-9.-]+(:[0-9]+)?/)?"
      "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*");
  static const std::regex tag("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && text.find('/', colon) != std::string::npos)
    colon = std::string::npos;  // that of a port
  ImageName name{text.substr(0, colon),
                 colon == std::string::npos ? "latest" : text.substr(colon + 1)};
  if (text.size() > 255 || !std::regex_match(name.repository, repository) ||
      !std::regex_match(name.tag, tag))
    throw Error("`{}' cannot be the name of an image", text)
        .hint("names are of lower-case letters, digits, and single `.', `_', `-' between them");
  return name;
}

std::vector<std::string> read_entry_point(const BuiltinContext& context, const PackInput& input) {
  auto program = context.derivation.variable("entry-point");
  auto arguments = variable_lines(context.derivation, "entry-point-arguments");
  if (!program) {
    if (arguments.empty()) return {};
    throw Error(std::string("there are arguments for an entry point, but no entry point"));
  }
  check_in_profile(StoreFiles(context.store), input.profile, *program, "the entry point");
  arguments.insert(arguments.begin(), input.profile.text() + "/" + *program);
  return arguments;
}

ImageSettings read_image_settings(const BuiltinContext& context, const PackInput& input) {
  ImageSettings settings;
  settings.name = parse_image_name(context.variable("image-tag"));
  Platform platform = platform_of(context.variable("system"));
  settings.architecture = platform.architecture;
  settings.variant = platform.variant;
  settings.environment = read_environment(context, input);
  settings.entry_point = read_entry_point(context, input);
  if (auto text = context.derivation.variable("max-layers"))
    settings.max_layers =
        static_cast<std::size_t>(parse_number("max-layers", *text, 1, most_layers));
  return settings;
}

std::string image_configuration(const ImageSettings& settings,
                                const std::vector<WrittenLayer>& layers) {
  nlohmann::json config{{"Env", settings.environment}};
  if (!settings.entry_point.empty()) config["Entrypoint"] = settings.entry_point;
  auto digests = nlohmann::json::array();
  auto history = nlohmann::json::array();
  for (const WrittenLayer& layer : layers) {
    digests.push_back("sha256:" + layer.digest.base16());
    history.push_back({{"created", image_date}, {"created_by", layer.description}});
  }
  nlohmann::json image{{"architecture", settings.architecture},
                       {"config", config},
                       {"created", image_date},
                       {"history", history},
                       {"os", "linux"},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", digests}}}};
  if (settings.variant) image["variant"] = *settings.variant;
  try {
    return image.dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error(std::string("the image's environment or entry point is not valid UTF-8"));
  }
}

}  // namespace nacre
