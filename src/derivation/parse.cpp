// SPDX-License-Identifier: GPL-3.0-or-later
#include <string_view>

#include "base/error.hpp"
#include "derivation/derivation.hpp"

namespace nacre {
namespace {

/// Takes the text form apart, and accepts nothing that write_derivation would have written
/// otherwise: one derivation has one text.
class Parser {
 public:
  Parser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  Derivation parse();

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error("derivation '{}' is malformed at byte {}: {}", name_, position_, what);
  }

  bool take(std::string_view token) {
    if (!text_.substr(position_).starts_with(token)) return false;
    position_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail(fmt::format("expected '{}'", token));
  }

  template <typename ParseItem>
  void parse_list(ParseItem parse_item) {
    expect("[");
    if (take("]")) return;
    do parse_item();
    while (take(","));
    expect("]");
  }

  /// Entries are sorted and differ.
  template <typename Map, typename Value>
  void insert_last(Map& map, Value value) {
    if (!map.empty() && !map.value_comp()(*map.rbegin(), value)) fail("entries out of order");
    map.insert(map.end(), std::move(value));
  }

  std::string parse_string();
  StorePath parse_path();
  std::set<std::string> parse_names();
  DerivationOutput parse_output();
  Hash parse_digest(std::string_view algorithm, const std::string& digest);

  std::string_view text_;
  std::string_view name_;
  std::size_t position_ = 0;
};

Derivation Parser::parse() {
  Derivation derivation;
  derivation.name = name_;
  expect("Derive(");
  parse_list([&] {
    expect("(");
    std::string name = parse_string();
    expect(",");
    insert_last(derivation.outputs,
                std::pair<const std::string, DerivationOutput>(std::move(name), parse_output()));
    expect(")");
  });
  expect(",");
  parse_list([&] {
    expect("(");
    StorePath path = parse_path();
    expect(",");
    insert_last(derivation.inputs,
                std::pair<const StorePath, std::set<std::string>>(std::move(path), parse_names()));
    expect(")");
  });
  expect(",");
  parse_list([&] { insert_last(derivation.sources, parse_path()); });
  expect(",");
  derivation.system = parse_string();
  expect(",");
  derivation.builder = parse_string();
  expect(",");
  parse_list([&] { derivation.arguments.push_back(parse_string()); });
  expect(",");
  parse_list([&] {
    expect("(");
    std::string name = parse_string();
    expect(",");
    insert_last(derivation.environment,
                std::pair<const std::string, std::string>(std::move(name), parse_string()));
    expect(")");
  });
  expect(")");
  if (position_ != text_.size()) fail("there is more after the end");
  return derivation;
}

std::string Parser::parse_string() {
  expect("\"");
  std::string value;
  for (;;) {
    std::size_t special = text_.find_first_of("\"\\\n\r\t", position_);
    if (special == text_.npos) fail("a string without end");
    value += text_.substr(position_, special - position_);
    position_ = special;
    if (take("\"")) return value;
    if (take("\\n"))
      value += '\n';
    else if (take("\\r"))
      value += '\r';
    else if (take("\\t"))
      value += '\t';
    else if (take("\\\""))
      value += '"';
    else if (take("\\\\"))
      value += '\\';
    else
      fail("a character that is not escaped, or a bad escape");
  }
}

StorePath Parser::parse_path() {
  std::string path = parse_string();
  if (!StorePath::is_valid(path)) fail("not a store path: " + path);
  return StorePath(path);
}

std::set<std::string> Parser::parse_names() {
  std::set<std::string> names;
  parse_list([&] { insert_last(names, parse_string()); });
  return names;
}

DerivationOutput Parser::parse_output() {
  DerivationOutput output;
  if (std::string path = parse_string(); !path.empty()) {
    if (!StorePath::is_valid(path)) fail("not a store path: " + path);
    output.path = StorePath(path);
  }
  expect(",");
  std::string algorithm = parse_string();
  expect(",");
  std::string digest = parse_string();
  if (algorithm.empty() && digest.empty()) return output;
  output.recursive = algorithm.starts_with("r:");
  output.hash = parse_digest(std::string_view(algorithm).substr(output.recursive ? 2 : 0), digest);
  return output;
}

Hash Parser::parse_digest(std::string_view algorithm, const std::string& digest) {
  Hash hash;
  try {
    hash = parse_hash(parse_hash_algorithm(algorithm), digest);
  } catch (const Error& error) {
    fail(error.what());
  }
  if (hash.base16() != digest || to_string(hash.algorithm) != algorithm)
    fail("a hash that is not in lower-case base 16");
  return hash;
}

}  // namespace

Derivation parse_derivation(std::string_view text, std::string_view name) {
  return Parser(text, name).parse();
}

}  // namespace nacre
