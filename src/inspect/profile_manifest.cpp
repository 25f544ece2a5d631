// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspect/profile_manifest.hpp"

#include <algorithm>

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

void add_entries(const Datum& list, std::vector<ProfilePackage>& packages);

/// (NAME VERSION OUTPUT ITEM PROPERTY…); what is there already is (repeated …).
void add_entry(const Datum& entry, std::vector<ProfilePackage>& packages) {
  if (entry.is_list_of("repeated")) return;
  if (!entry.is_list() || entry.elements.size() < 4) throw malformed();
  for (std::size_t i = 0; i < 4; ++i)
    if (!entry.elements[i].is_string()) throw malformed();
  packages.push_back({entry.elements[0].text, entry.elements[1].text, entry.elements[2].text,
                      entry.elements[3].text});
  for (const Datum& property : entry.elements)
    if (property.is_list_of("propagated-inputs") && property.elements.size() == 2)
      add_entries(property.elements[1], packages);
}

void add_entries(const Datum& list, std::vector<ProfilePackage>& packages) {
  if (!list.is_list()) throw malformed();
  for (const Datum& entry : list.elements) add_entry(entry, packages);
}

}  // namespace

std::vector<ProfilePackage> parse_profile_manifest(std::string_view text) {
  const Datum manifest = Reader(text).read_one();
  if (!manifest.is_list_of("manifest")) throw malformed();
  std::vector<ProfilePackage> packages;
  for (const Datum& field : manifest.elements)
    if (field.is_list_of("packages") && field.elements.size() == 2)
      add_entries(field.elements[1], packages);
  return packages;
}

}  // namespace nacre
