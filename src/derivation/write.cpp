// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <string_view>

#include "derivation/derivation.hpp"
#include "derivation/masked.hpp"

namespace nacre {
namespace {

constexpr auto is_special = [](char c) {
  return c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t';
};

void write_string(std::string& text, std::string_view value) {
  text += '"';
  for (auto begin = value.begin();;) {
    const auto special = std::find_if(begin, value.end(), is_special);
    text.append(begin, special);
    if (special == value.end()) break;
    const char c = *special;
    text += '\\';
    text += c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
    begin = special + 1;
  }
  text += '"';
}

template <typename Items, typename WriteItem>
void write_list(std::string& text, const Items& items, WriteItem write_item) {
  text += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) text += ',';
    first = false;
    write_item(item);
  }
  text += ']';
}

void write_fields(std::string& text, std::initializer_list<std::string_view> fields) {
  char separator = '(';
  for (std::string_view field : fields) {
    text += separator;
    write_string(text, field);
    separator = ',';
  }
  text += ')';
}

void write_output(std::string& text, const std::string& name, const DerivationOutput& output) {
  std::string algorithm;
  if (output.hash)
    algorithm = (output.recursive ? "r:" : "") + std::string(to_string(output.hash->algorithm));
  write_fields(text, {name, output.path ? std::string_view(output.path->text()) : "", algorithm,
                      output.hash ? output.hash->base16() : ""});
}

std::size_t estimate_size(const Derivation& derivation) {
  std::size_t size = 512 + 96 * (derivation.sources.size() + derivation.inputs.size());
  for (const auto& [name, value] : derivation.environment) size += name.size() + value.size() + 16;
  for (const std::string& argument : derivation.arguments) size += argument.size() + 8;
  return size;
}

const std::string& text_of(const std::string& key) {
  return key;
}
const std::string& text_of(const StorePath& key) {
  return key.text();
}

void write_hidden_output(std::string& text, const std::string& name, DerivationOutput output) {
  output.path.reset();
  write_output(text, name, output);
}

/// The variables, those named after outputs being there, but empty.
void write_hidden_environment(std::string& text, const Derivation& derivation) {
  std::map<std::string_view, std::string_view> environment(derivation.environment.begin(),
                                                           derivation.environment.end());
  for (const auto& [name, output] : derivation.outputs) environment[name] = "";
  write_list(text, environment, [&](const auto& variable) {
    write_fields(text, {variable.first, variable.second});
  });
}

template <typename Inputs>
std::string write_with_inputs(const Derivation& derivation, const Inputs& inputs, Paths paths) {
  const bool is_hidden = paths == Paths::hidden;
  std::string text;
  text.reserve(estimate_size(derivation));
  auto write_one = [&](std::string_view value) { write_string(text, value); };
  text += "Derive(";
  write_list(text, derivation.outputs, [&](const auto& output) {
    (is_hidden ? write_hidden_output(text, output.first, output.second)
               : write_output(text, output.first, output.second));
  });
  text += ',';
  write_list(text, inputs, [&](const auto& input) {
    text += '(';
    write_string(text, text_of(input.first));
    text += ',';
    write_list(text, input.second, write_one);
    text += ')';
  });
  text += ',';
  write_list(text, derivation.sources, [&](const StorePath& path) { write_one(path.text()); });
  text += ',';
  write_one(derivation.system);
  text += ',';
  write_one(derivation.builder);
  text += ',';
  write_list(text, derivation.arguments, write_one);
  text += ',';
  if (is_hidden)
    write_hidden_environment(text, derivation);
  else
    write_list(text, derivation.environment, [&](const auto& variable) {
      write_fields(text, {variable.first, variable.second});
    });
  text += ')';
  return text;
}

}  // namespace

std::string write_derivation(const Derivation& derivation) {
  return write_with_inputs(derivation, derivation.inputs, Paths::shown);
}

std::string write_masked_derivation(const Derivation& derivation,
                                    const std::map<std::string, std::set<std::string>>& inputs,
                                    Paths paths) {
  return write_with_inputs(derivation, inputs, paths);
}

}  // namespace nacre
