// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image.hpp"

#include <nlohmann/json.hpp>
#include <regex>

#include "base/error.hpp"

namespace nacre {
namespace {

/// What programs in the image run with. Sets are objects whose values say nothing.
nlohmann::json run_configuration(const ImageSettings& settings) {
  nlohmann::json config{{"Env", settings.environment}};
  if (!settings.entry_point.empty()) config["Entrypoint"] = settings.entry_point;
  if (!settings.command.empty()) config["Cmd"] = settings.command;
  for (const std::string& port : settings.exposed_ports)
    config["ExposedPorts"][port] = nlohmann::json::object();
  for (const std::string& directory : settings.volumes)
    config["Volumes"][directory] = nlohmann::json::object();
  if (!settings.labels.empty()) config["Labels"] = settings.labels;
  if (settings.user) config["User"] = *settings.user;
  if (settings.working_directory) config["WorkingDir"] = *settings.working_directory;
  return config;
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
    throw Error("'{}' cannot be the name of an image", text)
        .hint("names are of lower-case letters, digits, and single '.', '_', '-' between them");
  return name;
}

std::string image_configuration(const ImageSettings& settings,
                                const std::vector<WrittenLayer>& layers) {
  auto digests = nlohmann::json::array();
  auto history = nlohmann::json::array();
  for (const WrittenLayer& layer : layers) {
    digests.push_back("sha256:" + layer.digest.base16());
    history.push_back({{"created", image_date}, {"created_by", layer.description}});
  }
  nlohmann::json image{{"architecture", settings.architecture},
                       {"config", run_configuration(settings)},
                       {"created", image_date},
                       {"history", history},
                       {"os", "linux"},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", digests}}}};
  if (settings.variant) image["variant"] = *settings.variant;
  try {
    return image.dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error("the image's configuration is not valid UTF-8");
  }
}

}  // namespace nacre
