// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/credentials.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/process.hpp"

namespace nacre::registry {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> auth_files() {
  if (const std::string chosen = variable("REGISTRY_AUTH_FILE"); !chosen.empty()) return {chosen};
  std::vector<std::string> files;
  const std::string home = variable("HOME");
  auto add = [&](const std::string& directory, const std::string& file) {
    if (!directory.empty()) files.push_back(directory + "/" + file);
  };
  auto at_home = [&](const char* chosen, const std::string& directory) {
    const std::string value = variable(chosen);
    return !value.empty() || home.empty() ? value : home + "/" + directory;
  };
  add(variable("XDG_RUNTIME_DIR"), "containers/auth.json");
  add(at_home("XDG_CONFIG_HOME", ".config"), "containers/auth.json");
  add(at_home("DOCKER_CONFIG", ".docker"), "config.json");
  return files;
}

std::optional<std::string> read_if_there(const std::string& file) {
  try {
    return read_file(file);
  } catch (const SystemError& error) {
    if (error.code() == ENOENT || error.code() == ENOTDIR) return {};
    throw;
  }
}

/// What the helper has for a registry; it speaks JSON. Nothing if it has none.
std::optional<Credentials> ask_helper(const std::string& name, const std::string& registry) {
  const std::string program = "docker-credential-" + name;
  if (!find_program(program))
    throw Error("the credential helper {} is not in $PATH", program)
        .hint("install it, or take it out of the file that names it");
  const CommandResult result = run_command(
      {.argv = {program, "get"}, .environment = {}, .directory = {}, .input = registry});
  if (result.status != 0) {
    if (result.output.find("credentials not found") != std::string::npos) return {};
    throw Error("{} failed with status {}", program, result.status);
  }
  const Json answer = Json::parse(result.output, nullptr, false);
  const std::string user = text_member(answer, "Username");
  const std::string secret = text_member(answer, "Secret");
  auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  if (user.empty() || std::any_of(user.begin(), user.end(), is_control) ||
      std::any_of(secret.begin(), secret.end(), is_control))
    throw Error("the answer of {} makes no sense", program);
  Credentials credentials;
  if (user == "<token>") {
    credentials.identity_token = secret;
  } else {
    credentials.user = user;
    credentials.password = secret;
  }
  return credentials;
}

/// By what names a helper that has the credentials of all registries may know this one: docker
/// hands it Docker Hub's with an address.
std::vector<std::string> names_for_helper(const Reference& reference) {
  std::vector<std::string> names;
  for (const std::string& alias : reference.aliases()) names.push_back("https://" + alias + "/v1/");
  names.push_back(reference.registry);
  return names;
}

/// What one file has, by itself or by its helpers.
std::optional<FoundCredentials> look_into(const AuthFile& file, const std::string& name,
                                          const Reference& reference) {
  std::vector<std::string> keys = credential_keys(reference.name());
  for (std::string& alias : reference.aliases()) keys.push_back(std::move(alias));
  for (const std::string& key : keys) {
    if (const auto helper = file.helpers.find(key); helper != file.helpers.end()) {
      auto credentials = ask_helper(helper->second, key);
      if (credentials) return {{credentials, "docker-credential-" + helper->second}};
    }
    if (const auto found = file.credentials.find(key); found != file.credentials.end())
      return {{found->second, name}};
  }
  if (file.default_helper.empty()) return {};
  for (const std::string& registry : names_for_helper(reference))
    if (auto credentials = ask_helper(file.default_helper, registry))
      return {{credentials, "docker-credential-" + file.default_helper}};
  return {};
}

}  // namespace

FoundCredentials find_credentials(const Reference& reference) {
  std::string searched;
  for (const std::string& name : auth_files()) {
    searched += (searched.empty() ? "" : ", ") + name;
    const auto text = read_if_there(name);
    if (!text) continue;
    AuthFile file;
    try {
      file = parse_auth_file(*text);
    } catch (const Error& error) {
      throw error.in(fmt::format("the credentials in '{}' cannot be read", name));
    }
    if (auto found = look_into(file, name, reference)) return *found;
  }
  return {std::nullopt, searched};
}

}  // namespace nacre::registry
