// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.hpp"
#include "derivation/derivation.hpp"

namespace nacre {
namespace {

void check_outputs(const Derivation& derivation) {
  if (derivation.outputs.empty()) throw Error("derivation '{}' has no outputs", derivation.name);
  for (const auto& [name, output] : derivation.outputs) {
    check_store_name(output_path_name(derivation.name, name));
    if (output.hash && !derivation.is_fixed_output())
      throw Error("derivation '{}' has an output hash for '{}'", derivation.name, name)
          .hint("a hash can be given for a single output named 'out' only");
  }
}

/// What the derivation refers to: its inputs and sources.
Store::Text text_of(const Derivation& derivation) {
  Store::Text text{derivation.name + ".drv", write_derivation(derivation), derivation.sources, {}};
  for (const auto& [input, _] : derivation.inputs) text.references.insert(input);
  for (const auto& [name, output] : derivation.outputs)
    text.outputs.emplace(name, derivation.output_path(name));
  return text;
}

}  // namespace

void compute_output_paths(Derivation& derivation, DerivationCache& cache) {
  check_outputs(derivation);
  if (derivation.is_fixed_output()) {
    DerivationOutput& output = derivation.outputs.begin()->second;
    output.path = make_fixed_output_path(output.recursive, *output.hash, derivation.name);
    derivation.environment["out"] = output.path->text();
    return;
  }
  Hash hash = cache.hash_modulo(derivation, Paths::hidden);
  for (auto& [name, output] : derivation.outputs) {
    output.path = make_output_path(name, hash, derivation.name);
    derivation.environment[name] = output.path->text();
  }
}

StorePath derivation_path(const Derivation& derivation) {
  Store::Text text = text_of(derivation);
  return make_text_path(text.name, hash_bytes(HashAlgorithm::sha256, text.text), text.references);
}

StorePath add_derivation(const Derivation& derivation, DerivationCache& cache) {
  return add_derivations({derivation}, cache).front();
}

StorePath defer_derivation(std::shared_ptr<const Derivation> derivation, DerivationCache& cache) {
  StorePath path = cache.store().defer_text(text_of(*derivation));
  cache.insert(path, derivation);
  return path;
}

std::vector<StorePath> add_derivations(const std::vector<Derivation>& derivations,
                                       DerivationCache& cache) {
  std::vector<Store::Text> texts;
  texts.reserve(derivations.size());
  for (const Derivation& derivation : derivations) texts.push_back(text_of(derivation));
  std::vector<StorePath> paths = cache.store().add_texts(texts);
  for (std::size_t i = 0; i < paths.size(); ++i)
    cache.insert(paths[i], std::make_shared<const Derivation>(derivations[i]));
  return paths;
}

}  // namespace nacre
