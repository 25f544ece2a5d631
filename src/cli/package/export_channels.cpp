// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "cli/package/command.hpp"
#include "profile/manifest_file.hpp"

namespace nacre::cli {

namespace {

/// A state of a channel, as the property `provenance` of an entry has it.
struct Channel {
  std::string name;
  std::string url;
  std::string branch;
  std::string commit;
  std::string first_commit;  ///< of its introduction; "" without one
  std::string signer;

  bool operator==(const Channel&) const = default;
};

const Datum* field(const Datum& list, std::string_view name) {
  for (const Datum& element : list.elements())
    if (element.is_list_of(name) && element.elements().size() == 2) return &element.elements()[1];
  return nullptr;
}

std::string text_of(const Datum& list, std::string_view name) {
  const Datum* value = field(list, name);
  return value ? std::string(value->text()) : "";
}

/// (repository (version 0) (url …) (branch …) (commit …) (name …) (introduction …)); the name is
/// missing in older ones, the first of which is Guix's own channel.
std::optional<Channel> read_channel(const Datum& repository, bool is_first) {
  if (!repository.is_list_of("repository")) return {};
  Channel channel{text_of(repository, "name"),
                  text_of(repository, "url"),
                  text_of(repository, "branch"),
                  text_of(repository, "commit"),
                  "",
                  ""};
  if (channel.name.empty() && is_first) channel.name = "guix";
  if (const Datum* introduction = field(repository, "introduction")) {
    channel.first_commit = text_of(*introduction, "commit");
    channel.signer = text_of(*introduction, "signer");
  }
  if (channel.name.empty() || channel.url.empty() || channel.commit.empty()) return {};
  return channel;
}

/// Adds the channels of an entry; returns whether it has any.
bool add_channels(const ManifestFile::Entry& entry, std::vector<Channel>& channels) {
  bool is_known = false;
  for (const Datum& property : entry.properties) {
    if (!property.is_list_of("provenance")) continue;
    bool is_first = true;
    for (const Datum& repository : property.elements().subspan(1)) {
      const auto channel = read_channel(repository, is_first);
      is_first = false;
      if (!channel) continue;
      is_known = true;
      if (std::find(channels.begin(), channels.end(), *channel) == channels.end())
        channels.push_back(*channel);
    }
  }
  return is_known;
}

std::string string_code(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string code(const Channel& channel) {
  std::string text =
      fmt::format(" (channel\n  (name '{})\n  (url {})\n", channel.name, string_code(channel.url));
  if (!channel.branch.empty()) text += fmt::format("  (branch {})\n", string_code(channel.branch));
  text += fmt::format("  (commit {})", string_code(channel.commit));
  if (!channel.first_commit.empty())
    text += fmt::format(
        "\n  (introduction\n   (make-channel-introduction\n    {}\n    (openpgp-fingerprint\n     "
        "{})))",
        string_code(channel.first_commit), string_code(channel.signer));
  return text + ")";
}

/// The channels of that name; the first is the newest entry's.
std::string code(const std::vector<Channel>& channels, const std::string& name) {
  std::string text;
  std::vector<Channel> all;
  std::copy_if(channels.begin(), channels.end(), std::back_inserter(all),
               [&](const Channel& channel) { return channel.name == name; });
  if (all.size() > 1) {
    text += "\n ;; Some packages of the profile come from other commits:\n";
    for (std::size_t i = 1; i < all.size(); ++i)
      text += fmt::format(" ;;   {}\n", string_code(all[i].commit));
  } else {
    text += "\n";
  }
  return text + code(all.front());
}

}  // namespace

void export_channels(const std::vector<std::string>& profiles) {
  std::vector<Channel> channels;
  std::vector<std::string> unknown;
  for (const std::string& profile : profiles) {
    const ManifestFile manifest = ManifestFile::of_profile(profile);
    for (const std::size_t index : manifest.top()) {
      const ManifestFile::Entry& entry = manifest.entries()[index];
      if (!add_channels(entry, channels)) unknown.push_back(entry.name);
    }
  }
  if (channels.empty())
    throw Error("the profile does not say which channels its packages come from")
        .hint("nacre records it if it was built from a Git repository without changes");
  if (!unknown.empty())
    fmt::print(stderr, "warning: it is not known where these packages come from: {}\n",
               fmt::join(unknown, ", "));
  std::vector<std::string> names;
  for (const Channel& channel : channels)
    if (std::find(names.begin(), names.end(), channel.name) == names.end())
      names.push_back(channel.name);
  std::string text =
      ";; The channels that the packages of the profile come from, for 'nacre time-machine -C'.\n"
      "(list";
  for (const std::string& name : names) text += code(channels, name);
  fmt::print("{})\n", text);
}

}  // namespace nacre::cli
