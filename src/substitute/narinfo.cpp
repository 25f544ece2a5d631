// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/narinfo.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::string_view signature_field = "Signature:";
constexpr std::string_view hash_prefix = "sha256:";

struct Field {
  std::string_view name;
  std::string_view value;
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::vector<Field> split_fields(std::string_view text) {
  std::vector<Field> fields;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) throw Error("a line of it has no field: '{}'", line);
    fields.push_back({line.substr(0, colon), trimmed(line.substr(colon + 1))});
  }
  return fields;
}

/// Where the line begins that holds the signature; the size of the text if there is none.
std::size_t signature_position(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(signature_field)) return at;
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return text.size();
}

std::uint64_t parse_size(const Field& field) {
  std::uint64_t size = 0;
  const char* end = field.value.data() + field.value.size();
  auto [rest, failure] = std::from_chars(field.value.data(), end, size);
  if (failure != std::errc{} || rest != end)
    throw Error("its {} is not a size: '{}'", field.name, field.value);
  return size;
}

StorePath parse_base_name(std::string_view name) {
  return StorePath(fmt::format("{}/{}", store_directory, name));
}

Hash parse_nar_hash(std::string_view text) {
  if (!text.starts_with(hash_prefix)) throw Error("its NarHash is no SHA-256: '{}'", text);
  return parse_hash(HashAlgorithm::sha256, text.substr(hash_prefix.size()));
}

StorePathSet parse_references(std::string_view text) {
  StorePathSet references;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(' '), text.size());
    references.insert(parse_base_name(text.substr(0, end)));
    text = trimmed(text.substr(end));
  }
  return references;
}

/// The fields that can be there once.
class UniqueFields {
 public:
  explicit UniqueFields(const std::vector<Field>& fields) {
    for (const auto& field : fields) {
      bool may_repeat = field.name == "URL" || field.name == "Compression" ||
                        field.name == "FileSize" || field.name == "FileHash";
      if (may_repeat || fields_.emplace(field.name, field).second) continue;
      throw Error("it has more than one {}", field.name);
    }
  }

  const Field* find(std::string_view name) const {
    auto entry = fields_.find(name);
    return entry == fields_.end() ? nullptr : &entry->second;
  }
  const Field& get(std::string_view name) const {
    if (const Field* field = find(name)) return *field;
    throw Error("it lacks a {}", name);
  }

 private:
  std::map<std::string_view, Field> fields_;
};

/// Each URL begins an archive; what follows it is about that one.
std::vector<Narinfo::Archive> parse_archives(const std::vector<Field>& fields) {
  std::vector<Narinfo::Archive> archives;
  for (const auto& field : fields) {
    if (field.name == "URL") {
      archives.push_back({std::string(field.value), "none", {}});
    } else if (archives.empty()) {
      continue;
    } else if (field.name == "Compression") {
      archives.back().compression = field.value;
    } else if (field.name == "FileSize") {
      archives.back().file_size = parse_size(field);
    }
  }
  if (archives.empty()) throw Error("it lacks a URL");
  return archives;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
  });
}

bool leads_upwards(std::string_view path) {
  while (true) {
    std::size_t end = std::min(path.find('/'), path.size());
    if (path.substr(0, end) == "..") return true;
    if (end == path.size()) return false;
    path.remove_prefix(end + 1);
  }
}

bool is_network_address(std::string_view address) {
  return address.starts_with("http://") || address.starts_with("https://");
}

/// The text of a signature field: version, host, base 64.
std::string signature_text(const std::string& field) {
  std::size_t version_end = field.find(';');
  std::size_t host_end = field.find(';', version_end + 1);
  if (version_end == std::string::npos || host_end == std::string::npos)
    throw Error("its signature is corrupt: it should have three parts");
  if (field.substr(0, version_end) != "1")
    throw Error("its signature has version {}, which is unknown", field.substr(0, version_end));
  return base64_decode(std::string_view(field).substr(host_end + 1));
}

}  // namespace

Narinfo parse_narinfo(std::string_view text) {
  std::size_t signature_at = signature_position(text);
  std::vector<Field> signed_fields = split_fields(text.substr(0, signature_at));
  std::vector<Field> other_fields = split_fields(text.substr(signature_at));
  UniqueFields fields(signed_fields);

  Narinfo info{StorePath(fields.get("StorePath").value)};
  info.nar_hash = parse_nar_hash(fields.get("NarHash").value);
  info.nar_size = parse_size(fields.get("NarSize"));
  info.references = parse_references(fields.get("References").value);
  const Field* deriver = fields.find("Deriver");
  if (deriver && !deriver->value.empty()) info.deriver = parse_base_name(deriver->value);
  if (!other_fields.empty()) info.signature = other_fields.front().value;
  info.signed_text = text.substr(0, signature_at);

  signed_fields.insert(signed_fields.end(), other_fields.begin(), other_fields.end());
  info.archives = parse_archives(signed_fields);
  return info;
}

std::string write_narinfo(const Narinfo& info, const SigningKey* key) {
  std::string references;
  for (const auto& reference : info.references)
    references.append(references.empty() ? "" : " ").append(reference.base_name());
  std::string text =
      fmt::format("StorePath: {}\nNarHash: {}{}\nNarSize: {}\nReferences: {}\n", info.path.text(),
                  hash_prefix, info.nar_hash.nix_base32(), info.nar_size, references);
  if (info.deriver) text += fmt::format("Deriver: {}\n", info.deriver->base_name());
  if (key) {
    std::string signature = sign(hash_bytes(HashAlgorithm::sha256, text), *key);
    text += fmt::format("{} 1;nacre;{}\n", signature_field, base64_encode(signature));
  }
  for (const auto& archive : info.archives) {
    text += fmt::format("URL: {}\nCompression: {}\n", archive.url, archive.compression);
    if (archive.file_size) text += fmt::format("FileSize: {}\n", *archive.file_size);
  }
  return text;
}

void check_narinfo(const Narinfo& info, const AccessList& accepted) {
  if (!info.signature) throw Error("it is not signed");
  check_signature(signature_text(*info.signature),
                  hash_bytes(HashAlgorithm::sha256, info.signed_text), accepted);
}

std::string archive_address(const std::string& server, const std::string& url) {
  if (url.empty() || has_control_characters(url)) throw Error("'{}' is not an address", url);
  if (is_network_address(url)) return url;
  bool is_local = server.starts_with("file://");
  if (url.starts_with("file://")) {
    if (is_local) return url;
    throw Error("a server refers to a file of this machine: '{}'", url);
  }
  std::string_view path = std::string_view(url).substr(0, url.find_first_of("?#"));
  bool is_relative = url[0] != '/' && path.find(':') == std::string_view::npos;
  if (!is_relative || leads_upwards(path) || path.find('%') != std::string_view::npos ||
      path.find('\\') != std::string_view::npos)
    throw Error("an archive's address leads elsewhere: '{}'", url);
  return server + "/" + url;
}

}  // namespace nacre
