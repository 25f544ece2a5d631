// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/environment.hpp"

#include <cstdlib>
#include <sstream>

#include "base/error.hpp"

namespace nacre {
namespace {

/// The closure of `path`; of a derivation in it, its valid outputs as well, so that images can
/// carry all that rebuilding takes.
StorePathSet exported_closure(const StorePath& path, DerivationCache& derivations,
                              ClosureCache& closures) {
  StorePathSet closure = closures.closure({path});
  StorePathSet outputs;
  for (const auto& member : closure) {
    if (!member.is_derivation()) continue;
    for (const auto& [name, output] : derivations.read(member)->outputs) {
      if (output.path && derivations.store().is_valid(*output.path)) outputs.insert(*output.path);
    }
  }
  closure.merge(closures.closure(outputs));
  return closure;
}

std::string graph_text(const StorePathSet& paths, Store& store) {
  std::string text;
  for (const auto& path : paths) {
    StorePathSet references = store.references(path);
    text += fmt::format("{}\n\n{}\n", path.text(), references.size());
    for (const auto& reference : references) text += reference.text() + "\n";
  }
  return text;
}

}  // namespace

std::vector<std::string> variable_words(const Derivation& derivation, const std::string& name) {
  std::istringstream stream(derivation.variable(name).value_or(""));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> variable_lines(const Derivation& derivation, const std::string& name) {
  const std::string text = derivation.variable(name).value_or("");
  if (text.empty()) return {};
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::map<std::string, std::string> builder_environment(const Derivation& derivation,
                                                       const std::string& directory,
                                                       unsigned cores) {
  std::map<std::string, std::string> environment = {
      {"PATH", "/path-not-set"},
      {"HOME", "/homeless-shelter"},
      {"NIX_STORE", std::string(store_directory)},
      {"NIX_BUILD_CORES", std::to_string(cores)},
  };
  for (const auto& [name, value] : derivation.environment) environment[name] = value;
  for (const char* name : {"NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD"}) {
    environment[name] = directory;
  }
  if (!derivation.is_fixed_output()) return environment;
  environment["NIX_OUTPUT_CHECKED"] = "1";
  for (const auto& name : variable_words(derivation, "impureEnvVars")) {
    const char* value = std::getenv(name.c_str());
    environment[name] = value ? value : "";
  }
  return environment;
}

std::map<std::string, std::string> references_graphs(const Derivation& derivation,
                                                     DerivationCache& derivations,
                                                     ClosureCache& closures) {
  constexpr const char* variable = "exportReferencesGraph";
  std::vector<std::string> words = variable_words(derivation, variable);
  if (words.size() % 2 != 0) {
    throw Error("{} of derivation '{}' is not a list of pairs of a file name and a path", variable,
                derivation.name);
  }
  std::map<std::string, std::string> files;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    check_store_name(words[i]);  // it becomes a file name
    StorePath path = StorePath::containing(words[i + 1]);
    if (!derivations.store().is_valid(path)) {
      throw Error("{} of derivation '{}' names '{}', which is not valid", variable, derivation.name,
                  path.text());
    }
    files[words[i]] =
        graph_text(exported_closure(path, derivations, closures), derivations.store());
  }
  return files;
}

}  // namespace nacre
