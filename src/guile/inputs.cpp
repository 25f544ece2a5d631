// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/files.hpp"
#include "guile/convert.hpp"
#include "guile/guile.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {

namespace {

struct Recording {
  Inputs inputs;
  std::vector<std::string> ignored;

  bool ignores(const std::string& file) const {
    return std::any_of(ignored.begin(), ignored.end(), [&](const std::string& directory) {
      return file.starts_with(directory) &&
             (file.size() == directory.size() || file[directory.size()] == '/');
    });
  }
};

std::optional<Recording>& recording() {
  static std::optional<Recording> current;
  return current;
}

InputKind kind_from(const std::string& name) {
  if (name == "contents") return InputKind::contents;
  if (name == "status") return InputKind::status;
  if (name == "link") return InputKind::link;
  if (name == "names") return InputKind::names;
  if (name == "tree") return InputKind::tree;
  throw Error("'{}' is not a kind of input", name);
}

SCM note_file(SCM kind, SCM file) {
  note_input(kind_from(symbol_from(kind)), string_from(file));
  return SCM_UNSPECIFIED;
}

SCM note_variable(SCM name) {
  if (!recording()) return SCM_UNSPECIFIED;
  const std::string variable = string_from(name);
  const char* value = std::getenv(variable.c_str());
  recording()->inputs.variables.try_emplace(
      variable, value == nullptr ? std::nullopt : std::optional<std::string>(value));
  return SCM_UNSPECIFIED;
}

SCM note_working_directory() {
  if (recording()) recording()->inputs.working_directory = true;
  return SCM_UNSPECIFIED;
}

SCM note_unrepeatable(SCM what) {
  if (recording() && recording()->inputs.unrepeatable.empty())
    recording()->inputs.unrepeatable = string_from(what);
  return SCM_UNSPECIFIED;
}

void definitions() {
  define_native<&note_file>("note-file-input!");
  define_native<&note_variable>("note-variable-input!");
  define_native<&note_working_directory>("note-working-directory-input!");
  define_native<&note_unrepeatable>("note-unrepeatable!");
}

}  // namespace

void record_inputs(std::vector<std::string> ignored) {
  recording() = Recording{{}, std::move(ignored)};
  apply(reference("(nacre recording)", "record-inputs!"), {});
}

Inputs take_inputs() {
  Inputs inputs = recording() ? std::move(recording()->inputs) : Inputs{};
  recording().reset();
  return inputs;
}

void note_input(InputKind kind, const std::string& file) {
  if (!recording()) return;
  if (!file.starts_with('/')) recording()->inputs.working_directory = true;
  std::string name = absolute_path(file);
  if (!recording()->ignores(name)) recording()->inputs.files.emplace(kind, std::move(name));
}

void define_inputs_module() {
  define_native_module("nacre inputs", definitions);
}

}  // namespace nacre::guile
