// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/server.hpp"

#include "base/error.hpp"
#include "substitute/download.hpp"

namespace nacre {
namespace {

/// The store that a `nix-cache-info` file is about, if it says so.
std::optional<std::string> store_of_cache(std::string_view text) {
  constexpr std::string_view field = "StoreDir:";
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(field)) continue;
    line.remove_prefix(std::min(line.find_first_not_of(' ', field.size()), line.size()));
    return std::string(line);
  }
  return {};
}

Narinfo parse_for(const StorePath& path, const std::string& text) {
  Narinfo info = parse_narinfo(text);
  if (info.path != path) throw Error("it is about '{}'", info.path.text());
  return info;
}

}  // namespace

Server::Server(std::string_view address) : address_(address) {
  while (address_.ends_with('/')) address_.pop_back();
  bool is_known = address_.starts_with("http://") || address_.starts_with("https://") ||
                  address_.starts_with("file://");
  if (!is_known)
    throw Error("'{}' is not an address of a server of substitutes", address)
        .hint("it should begin with http://, https:// or file://");
}

std::map<StorePath, Narinfo> Server::ask(const StorePathSet& paths, Reporter& reporter) const {
  std::vector<std::string> addresses{address_ + "/nix-cache-info"};
  for (const auto& path : paths)
    addresses.push_back(fmt::format("{}/{}.narinfo", address_, path.hash_part()));
  std::vector<SmallFile> files = fetch_small_files(addresses);

  std::map<StorePath, Narinfo> found;
  auto store = store_of_cache(files.front().text);
  if (store && *store != store_directory) {
    reporter.warning(fmt::format("{} is for a store at {}; not used", address_, *store));
    return found;
  }
  auto file = files.begin();
  std::string failure = file->failure;
  for (const auto& path : paths) {
    ++file;
    if (file->state == SmallFile::State::failed && failure.empty()) failure = file->failure;
    if (file->state != SmallFile::State::found) continue;
    try {
      found.emplace(path, parse_for(path, file->text));
    } catch (const Error& error) {
      reporter.warning(
          fmt::format("{}: a bad description of {}: {}", address_, path.base_name(), error.what()));
    }
  }
  if (!failure.empty()) reporter.warning(fmt::format("{}: {}", address_, failure));
  return found;
}

}  // namespace nacre
