// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/profile_manifest.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "datum/data_text.hpp"

namespace nacre {

namespace {

/// Of lists in lists: each package that is propagated lies in the one that propagates it.
constexpr std::size_t max_depth = 200;

Error malformed() {
  return Error("the manifest of a profile is malformed");
}

/// The text of the element (NAME "TEXT") of a list; "" if it has none.
std::string field(const Datum& list, std::string_view name) {
  for (const Datum& element : list.elements())
    if (element.is_list_of(name) && element.elements().size() == 2)
      return std::string(element.elements()[1].text());
  return "";
}

/// (repository (version 0) (url "…") (branch "…") (commit "…") …), of which the name is missing
/// in older ones: the first channel of a package is Guix's own.
std::optional<ProfileChannel> read_channel(const Datum& repository) {
  if (!repository.is_list_of("repository")) return {};
  ProfileChannel channel{field(repository, "name"), field(repository, "url"),
                         field(repository, "branch"), field(repository, "commit")};
  if (channel.url.empty() || channel.commit.empty()) return {};
  return channel;
}

/// Calls `act` for each property of an entry. Version 3 of the format has them beside the word
/// `properties`, version 4 in a list of their own.
template <typename Act>
void for_each_property(const Datum& properties, Act act) {
  for (const Datum& element : properties.elements()) {
    if (!element.is_list()) continue;
    const bool is_list_of_properties =
        !element.elements().empty() && element.elements()[0].is_list();
    if (!is_list_of_properties)
      act(element);
    else
      for (const Datum& property : element.elements()) act(property);
  }
}

/// The channels in an entry's property `provenance`, or `source`, which Guix's own profiles have.
std::vector<ProfileChannel> read_channels(const Datum& properties) {
  std::vector<ProfileChannel> channels;
  for_each_property(properties, [&](const Datum& property) {
    if (!property.is_list_of("provenance") && !property.is_list_of("source")) return;
    for (const Datum& repository : property.elements())
      if (auto channel = read_channel(repository)) channels.push_back(std::move(*channel));
  });
  if (!channels.empty() && channels[0].name.empty()) channels[0].name = "guix";
  return channels;
}

void add_entries(const Datum& list, bool is_propagated, InspectedProfile& profile);

void add_channels(const std::vector<ProfileChannel>& channels, ProfilePackage& package,
                  InspectedProfile& profile) {
  for (const ProfileChannel& channel : channels) {
    auto known = std::find(profile.channels.begin(), profile.channels.end(), channel);
    package.channels.push_back(static_cast<std::size_t>(known - profile.channels.begin()));
    if (known == profile.channels.end()) profile.channels.push_back(channel);
  }
}

/// (NAME VERSION OUTPUT ITEM PROPERTY…); what is there already is (repeated …).
void add_entry(const Datum& entry, bool is_propagated, InspectedProfile& profile) {
  if (entry.is_list_of("repeated")) return;
  if (!entry.is_list() || entry.elements().size() < 4) throw malformed();
  for (std::size_t i = 0; i < 4; ++i)
    if (!entry.elements()[i].is_string()) throw malformed();
  ProfilePackage package{std::string(entry.elements()[0].text()),
                         std::string(entry.elements()[1].text()),
                         std::string(entry.elements()[2].text()),
                         std::string(entry.elements()[3].text()),
                         is_propagated,
                         {}};
  for (const Datum& element : entry.elements())
    if (element.is_list_of("properties")) add_channels(read_channels(element), package, profile);
  profile.packages.push_back(std::move(package));
  for (const Datum& element : entry.elements())
    if (element.is_list_of("propagated-inputs") && element.elements().size() == 2)
      add_entries(element.elements()[1], true, profile);
}

void add_entries(const Datum& list, bool is_propagated, InspectedProfile& profile) {
  if (!list.is_list()) throw malformed();
  for (const Datum& entry : list.elements()) add_entry(entry, is_propagated, profile);
}

}  // namespace

InspectedProfile parse_profile_manifest(std::string_view text) {
  const DataText data("manifest", std::string(text), {.depth = max_depth});
  const Datum& manifest = data.only();
  if (!manifest.is_list_of("manifest")) throw malformed();
  InspectedProfile profile;
  for (const Datum& field : manifest.elements())
    if (field.is_list_of("packages") && field.elements().size() == 2)
      add_entries(field.elements()[1], false, profile);
  return profile;
}

}  // namespace nacre
