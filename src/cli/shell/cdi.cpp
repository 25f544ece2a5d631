// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/cdi.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/nearest.hpp"

namespace nacre::cli {

namespace {

Error malformed(std::string_view what) {
  return Error("{}, which is not what a CDI file has", what);
}

/// The elements of a list; none if the member is not there.
std::vector<Json> elements(const Json& object, const char* key) {
  const Json& list = member(object, key);
  if (list.is_null()) return {};
  if (!list.is_array()) throw malformed(fmt::format("'{}' is not a list", key));
  return {list.begin(), list.end()};
}

std::string absolute_member(const Json& object, const char* key, const std::string& otherwise) {
  std::string path = text_member(object, key);
  if (path.empty()) path = otherwise;
  if (!path.starts_with('/') || (path + "/").find("/../") != std::string::npos)
    throw malformed(fmt::format("'{}' is not an absolute file name: '{}'", key, path));
  return path;
}

void add_variables(const Json& edits, DeviceEdits& device) {
  for (const Json& entry : elements(edits, "env")) {
    const std::string text = entry.is_string() ? entry.get<std::string>() : "";
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw malformed(fmt::format("a variable is '{}'", text));
    device.variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
}

void add_nodes(const Json& edits, DeviceEdits& device) {
  for (const Json& node : elements(edits, "deviceNodes")) {
    const std::string path = absolute_member(node, "path", "");
    device.mappings.push_back({absolute_member(node, "hostPath", path), path, true, false});
  }
}

bool has_option(const Json& mount, std::string_view option) {
  const std::vector<Json> options = elements(mount, "options");
  return std::any_of(options.begin(), options.end(), [&](const Json& entry) {
    return entry.is_string() && entry.get<std::string>() == option;
  });
}

void add_mounts(const Json& edits, DeviceEdits& device) {
  for (const Json& mount : elements(edits, "mounts")) {
    const std::string type = text_member(mount, "type");
    if (!type.empty() && type != "bind" && type != "none")
      throw malformed(fmt::format("a mount is of the type '{}'", type));
    const std::string source = absolute_member(mount, "hostPath", "");
    device.mappings.push_back(
        {source, absolute_member(mount, "containerPath", ""), !has_option(mount, "ro"), false});
  }
}

void add_edits(const Json& edits, DeviceEdits& device) {
  if (edits.is_null()) return;
  if (!edits.is_object()) throw malformed("'containerEdits' is not an object");
  add_variables(edits, device);
  add_nodes(edits, device);
  add_mounts(edits, device);
  for (const char* key : {"hooks", "additionalGids", "intelRdt", "netDevices"})
    if (!member(edits, key).is_null() && !member(edits, key).empty())
      device.ignored.emplace_back(key);
}

Json parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw Error("it is not JSON, or not an object");
  return json;
}

struct DeviceName {
  std::string kind;
  std::string name;
};

DeviceName parse_name(const std::string& device) {
  const std::size_t equals = device.find('=');
  const std::string kind = device.substr(0, equals);
  const std::size_t slash = kind.find('/');
  if (equals == std::string::npos || equals + 1 == device.size() || slash == 0 ||
      slash == std::string::npos || slash + 1 == kind.size())
    throw Error("'{}' is not a device's name", device)
        .hint("write VENDOR/CLASS=NAME, such as nvidia.com/gpu=0");
  return {kind, device.substr(equals + 1)};
}

std::vector<std::string> files_in(const std::string& directory) {
  try {
    return list_directory(directory);
  } catch (const SystemError& error) {
    if (error.code() == ENOENT || error.code() == ENOTDIR) return {};
    throw;
  }
}

/// Looks through the files of one directory.
std::optional<DeviceEdits> search(const std::string& directory, const DeviceName& wanted) {
  std::optional<DeviceEdits> edits;
  for (const std::string& file : files_in(directory)) {
    if (!file.ends_with(".json")) continue;
    const std::string path = fmt::format("{}/{}", directory, file);
    try {
      bool found = false;
      DeviceEdits device = read_device(read_file(path), wanted.kind, wanted.name, found);
      if (!found) continue;
      if (edits) throw Error("another file of this directory describes the same device");
      edits = std::move(device);
    } catch (const Error& error) {
      throw error.in(fmt::format("'{}'", path));
    }
  }
  return edits;
}

/// All devices, for a hint.
std::vector<std::string> known_devices(const std::vector<std::string>& directories) {
  std::vector<std::string> names;
  for (const std::string& directory : directories)
    for (const std::string& file : files_in(directory)) {
      if (!file.ends_with(".json")) continue;
      const Json json = parse(read_file(fmt::format("{}/{}", directory, file)));
      for (const Json& device : elements(json, "devices"))
        names.push_back(text_member(json, "kind") + "=" + text_member(device, "name"));
    }
  return names;
}

std::string hint_for(const std::string& device, const std::vector<std::string>& directories) {
  const std::vector<std::string> known = known_devices(directories);
  if (const auto nearest = nearest_name(device, known, likely_edits(device)))
    return fmt::format("did you mean '{}'?", *nearest);
  if (!known.empty()) return fmt::format("known devices are: {}", fmt::join(known, ", "));
  for (const std::string& directory : directories)
    for (const std::string& file : files_in(directory))
      if (file.ends_with(".yaml") || file.ends_with(".yml"))
        return fmt::format("only JSON is read: have '{}/{}' written as JSON", directory, file);
  return fmt::format("descriptions of devices are looked for in {}", fmt::join(directories, ", "));
}

}  // namespace

bool DeviceEdits::operator==(const DeviceEdits& other) const {
  const auto same = [](const ContainerMapping& left, const ContainerMapping& right) {
    return std::tie(left.source, left.target, left.writable, left.optional) ==
           std::tie(right.source, right.target, right.writable, right.optional);
  };
  return variables == other.variables && ignored == other.ignored &&
         std::equal(mappings.begin(), mappings.end(), other.mappings.begin(), other.mappings.end(),
                    same);
}

std::vector<std::string> device_directories() {
  const char* variable = std::getenv("NACRE_CDI_PATH");
  if (variable == nullptr || *variable == '\0') return {"/etc/cdi", "/var/run/cdi"};
  std::vector<std::string> directories;
  for (std::string_view rest = variable; !rest.empty();) {
    const std::size_t size = std::min(rest.find(':'), rest.size());
    if (size > 0) directories.emplace_back(rest.substr(0, size));
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return directories;
}

DeviceEdits read_device(std::string_view text, std::string_view kind, std::string_view name,
                        bool& found) {
  const Json json = parse(text);
  DeviceEdits edits;
  found = false;
  if (text_member(json, "kind") != kind) return edits;
  for (const Json& device : elements(json, "devices")) {
    if (text_member(device, "name") != name) continue;
    found = true;
    add_edits(member(json, "containerEdits"), edits);  // what all devices of the file need
    add_edits(member(device, "containerEdits"), edits);
    return edits;
  }
  return edits;
}

DeviceEdits find_device(const std::string& device, const std::vector<std::string>& directories) {
  const DeviceName wanted = parse_name(device);
  std::optional<DeviceEdits> edits;
  for (const std::string& directory : directories)
    if (auto found = search(directory, wanted)) edits = std::move(found);
  if (!edits)
    throw Error("no file describes the device '{}'", device).hint(hint_for(device, directories));
  return std::move(*edits);
}

}  // namespace nacre::cli
