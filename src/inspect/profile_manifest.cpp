// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/profile_manifest.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"

namespace nacre {

namespace {

constexpr int max_depth = 200;

/// A string, a list, or an atom of another kind.
struct Datum {
  enum class Kind { string, list, atom };

  Kind kind = Kind::atom;
  std::string text;
  std::vector<Datum> elements;

  bool is_string() const { return kind == Kind::string; }
  bool is_list() const { return kind == Kind::list; }
  bool is_list_of(std::string_view head) const {
    return is_list() && !elements.empty() && elements[0].kind == Kind::atom &&
           elements[0].text == head;
  }
};

Error malformed() {
  return Error("the manifest of a profile is malformed");
}

/// Reads the part of Scheme's syntax that data takes.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Datum read_one(int depth = 0) {
    skip_space();
    if (depth > max_depth || text_.empty()) throw malformed();
    if (text_[0] == '(') return read_list(depth);
    if (text_[0] == '"') return read_string();
    return read_atom();
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool ends_atom(char c) {
    return is_space(c) || c == '(' || c == ')' || c == '"' || c == ';';
  }

  char take() {
    if (text_.empty()) throw malformed();
    const char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }

  void skip_space() {
    while (!text_.empty()) {
      if (text_[0] == ';')
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
      else if (is_space(text_[0]))
        text_.remove_prefix(1);
      else
        return;
    }
  }

  Datum read_list(int depth) {
    Datum list{Datum::Kind::list, {}, {}};
    take();
    for (;;) {
      skip_space();
      if (!text_.empty() && text_[0] == ')') break;
      list.elements.push_back(read_one(depth + 1));
    }
    take();
    return list;
  }

  Datum read_string() {
    Datum string{Datum::Kind::string, {}, {}};
    take();
    for (char c; (c = take()) != '"';) {
      if (c == '\\') c = take();
      string.text += c;
    }
    return string;
  }

  Datum read_atom() {
    Datum atom;
    while (!text_.empty() && !ends_atom(text_[0])) atom.text += take();
    if (atom.text.empty()) throw malformed();
    return atom;
  }

  std::string_view text_;
};

/// The text of the element (NAME "TEXT") of a list; "" if it has none.
std::string field(const Datum& list, std::string_view name) {
  for (const Datum& element : list.elements)
    if (element.is_list_of(name) && element.elements.size() == 2 &&
        element.elements[1].kind != Datum::Kind::list)
      return element.elements[1].text;
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
  for (const Datum& element : properties.elements) {
    if (!element.is_list()) continue;
    const bool is_list_of_properties = !element.elements.empty() && element.elements[0].is_list();
    if (!is_list_of_properties)
      act(element);
    else
      for (const Datum& property : element.elements) act(property);
  }
}

/// The channels in an entry's property `provenance`, or `source`, which Guix's own profiles have.
std::vector<ProfileChannel> read_channels(const Datum& properties) {
  std::vector<ProfileChannel> channels;
  for_each_property(properties, [&](const Datum& property) {
    if (!property.is_list_of("provenance") && !property.is_list_of("source")) return;
    for (const Datum& repository : property.elements)
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
  if (!entry.is_list() || entry.elements.size() < 4) throw malformed();
  for (std::size_t i = 0; i < 4; ++i)
    if (!entry.elements[i].is_string()) throw malformed();
  ProfilePackage package{entry.elements[0].text, entry.elements[1].text, entry.elements[2].text,
                         entry.elements[3].text, is_propagated,          {}};
  for (const Datum& element : entry.elements)
    if (element.is_list_of("properties")) add_channels(read_channels(element), package, profile);
  profile.packages.push_back(std::move(package));
  for (const Datum& element : entry.elements)
    if (element.is_list_of("propagated-inputs") && element.elements.size() == 2)
      add_entries(element.elements[1], true, profile);
}

void add_entries(const Datum& list, bool is_propagated, InspectedProfile& profile) {
  if (!list.is_list()) throw malformed();
  for (const Datum& entry : list.elements) add_entry(entry, is_propagated, profile);
}

}  // namespace

InspectedProfile parse_profile_manifest(std::string_view text) {
  const Datum manifest = Reader(text).read_one();
  if (!manifest.is_list_of("manifest")) throw malformed();
  InspectedProfile profile;
  for (const Datum& field : manifest.elements)
    if (field.is_list_of("packages") && field.elements.size() == 2)
      add_entries(field.elements[1], false, profile);
  return profile;
}

}  // namespace nacre
