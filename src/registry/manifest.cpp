// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/manifest.hpp"

#include "base/hash.hpp"
#include "registry/answer.hpp"
#include "registry/status.hpp"

namespace nacre::registry {
namespace {

constexpr int deepest = 32;

Request request_for(Connection& connection, const std::string& method, const std::string& name) {
  Request request(method, connection.repository().url("manifests/" + name));
  std::string types;
  for (std::string_view type :
       {oci_index_type, oci_manifest_type, docker_list_type, docker_manifest_type})
    types += fmt::format("{}{}", types.empty() ? "" : ", ", type);
  request.headers.push_back("Accept: " + types);
  return request;
}

bool is_there(Connection& connection, const std::string& name, const Document& document) {
  const Response response = connection.send(request_for(connection, "HEAD", name));
  return response.status == status::ok &&
         response.header("docker-content-digest") == document.digest;
}

}  // namespace

Document Document::of(std::string_view media_type, std::string text) {
  std::string digest = "sha256:" + hash_bytes(HashAlgorithm::sha256, text).base16();
  return {std::string(media_type), std::move(text), std::move(digest)};
}

Json Document::descriptor() const {
  return {{"mediaType", media_type}, {"digest", digest}, {"size", text.size()}};
}

bool put_manifest(Connection& connection, const std::string& name, const Document& document,
                  bool* keeps_referrers) {
  if (is_there(connection, name, document)) return false;
  Request request("PUT", connection.repository().url("manifests/" + name));
  request.headers.push_back("Content-Type: " + document.media_type);
  request.body = Contents::of(document.text);
  const Response response = connection.send(request);
  if (response.status != status::created && response.status != status::ok &&
      response.status != status::accepted)
    throw connection.failure(response, "putting in the manifest " + name);
  const std::string digest = response.header("docker-content-digest");
  if (!digest.empty() && digest != document.digest)
    throw Error("the registry made another manifest of ours: it has the digest {} instead of {}",
                one_line(digest), document.digest);
  if (keeps_referrers) *keeps_referrers = !response.header("oci-subject").empty();
  return true;
}

std::optional<Document> get_manifest(Connection& connection, const std::string& tag) {
  const Response response = connection.send(request_for(connection, "GET", tag));
  if (response.status == status::not_found) return {};
  if (response.status != status::ok)
    throw connection.failure(response, "reading the manifest " + tag);
  return Document::of(response.header("content-type"), response.body);
}

Json parse_object(const std::string& text, const std::string& what) {
  auto check_depth = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > deepest) throw Error("{} is nested too deeply", what);
    return true;
  };
  Json document = Json::parse(text, check_depth, false);
  if (!document.is_object()) throw Error("{} is not a JSON object", what);
  return document;
}

}  // namespace nacre::registry
