// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cctype>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "registry/credentials.hpp"

namespace nacre::registry {
namespace {

/// Docker writes "https://HOST/v1/" for some; podman "HOST/NAME".
std::string normal_key(std::string_view key) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (!key.starts_with(scheme)) continue;
    key.remove_prefix(scheme.size());
    return std::string(key.substr(0, key.find('/')));
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  return std::string(key);
}

/// USER:PASSWORD in base 64.
void read_auth(const std::string& text, const std::string& key, Credentials& credentials) {
  std::string decoded;
  try {
    decoded = base64_decode(text);
  } catch (const Error&) {  // which would quote it
    throw Error("'auth' of '{}' is not in base 64", key);
  }
  while (decoded.ends_with('\0')) decoded.pop_back();  // old files have such
  const std::size_t colon = decoded.find(':');
  if (colon == std::string::npos) throw Error("'auth' of '{}' holds no USER:PASSWORD", key);
  credentials.user = decoded.substr(0, colon);
  credentials.password = decoded.substr(colon + 1);
}

/// They go into headers and forms.
void check_printable(const Credentials& credentials, const std::string& key) {
  auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  for (const std::string* text : {&credentials.user, &credentials.password,
                                  &credentials.identity_token, &credentials.registry_token})
    if (std::any_of(text->begin(), text->end(), is_control))
      throw Error("the credentials of '{}' hold control characters", key);
}

std::optional<Credentials> read_entry(const Json& entry, const std::string& key) {
  Credentials credentials;
  credentials.user = text_member(entry, "username");
  credentials.password = text_member(entry, "password");
  const std::string auth = text_member(entry, "auth");
  if (!auth.empty()) read_auth(auth, key, credentials);
  credentials.identity_token = text_member(entry, "identitytoken");
  credentials.registry_token = text_member(entry, "registrytoken");
  check_printable(credentials, key);
  const bool is_empty = credentials.user.empty() && credentials.identity_token.empty() &&
                        credentials.registry_token.empty();
  return is_empty ? std::nullopt : std::optional(credentials);
}

/// A helper's name becomes that of a program.
std::string helper_name(const Json& value) {
  const std::string name = value.is_string() ? value.get<std::string>() : "";
  auto allowed = [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  };
  if (!value.is_string() || !std::all_of(name.begin(), name.end(), allowed))
    throw Error("the name of a credential helper in it is malformed");
  return name;
}

}  // namespace

AuthFile parse_auth_file(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) throw Error("it is not a JSON object");
  AuthFile file;
  const Json& entries = member(document, "auths");
  if (entries.is_object())
    for (const auto& [key, entry] : entries.items())
      if (auto credentials = read_entry(entry, key))
        file.credentials.emplace(normal_key(key), *credentials);
  const Json& helpers = member(document, "credHelpers");
  if (helpers.is_object())
    for (const auto& [key, value] : helpers.items())
      file.helpers.emplace(normal_key(key), helper_name(value));
  const Json& helper = member(document, "credsStore");
  if (!helper.is_null()) file.default_helper = helper_name(helper);
  return file;
}

std::vector<std::string> credential_keys(std::string_view name) {
  std::vector<std::string> keys;
  for (;;) {
    keys.emplace_back(name);
    const std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos) return keys;
    name = name.substr(0, slash);
  }
}

}  // namespace nacre::registry
