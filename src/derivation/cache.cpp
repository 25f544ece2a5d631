// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "derivation/derivation.hpp"
#include "derivation/masked.hpp"

namespace nacre {

struct DerivationCache::Entry {
  std::shared_ptr<const Derivation> derivation;
  std::optional<Hash> modulo;
};

struct DerivationCache::State {
  std::mutex mutex;
  std::unordered_map<StorePath, Entry> entries;
};

namespace {

Hash hash_fixed_output(const DerivationOutput& output) {
  std::string text = fmt::format("fixed:out:{}{}:{}:{}", output.recursive ? "r:" : "",
                                 to_string(output.hash->algorithm), output.hash->base16(),
                                 output.path ? output.path->text() : "");
  return hash_bytes(HashAlgorithm::sha256, text);
}

/// `modulo_of` tells the hash of an input.
template <typename ModuloOf>
Hash hash_with_inputs(const Derivation& derivation, ModuloOf modulo_of) {
  if (derivation.is_fixed_output()) return hash_fixed_output(derivation.outputs.begin()->second);
  std::map<std::string, std::set<std::string>> inputs;
  for (const auto& [path, outputs] : derivation.inputs)
    inputs[modulo_of(path).base16()].insert(outputs.begin(), outputs.end());
  return hash_bytes(HashAlgorithm::sha256, write_masked_derivation(derivation, inputs));
}

std::string_view derivation_name(const StorePath& path) {
  if (!path.is_derivation()) throw Error("`{}' is not a derivation", path.text());
  std::string_view name = path.name();
  return name.substr(0, name.size() - std::string_view(".drv").size());
}

}  // namespace

DerivationCache::DerivationCache(std::shared_ptr<Store> store)
    : store_(std::move(store)), state_(std::make_unique<State>()) {}

DerivationCache::~DerivationCache() = default;

std::shared_ptr<const Derivation> DerivationCache::read(const StorePath& path) {
  {
    std::lock_guard lock(state_->mutex);
    auto found = state_->entries.find(path);
    if (found != state_->entries.end()) return found->second.derivation;
  }
  std::string_view name = derivation_name(path);
  auto derivation =
      std::make_shared<const Derivation>(parse_derivation(read_file(store_->physical(path)), name));
  std::lock_guard lock(state_->mutex);
  return state_->entries.emplace(path, Entry{std::move(derivation), {}}).first->second.derivation;
}

void DerivationCache::insert(const StorePath& path, std::shared_ptr<const Derivation> derivation) {
  std::lock_guard lock(state_->mutex);
  state_->entries.emplace(path, Entry{std::move(derivation), {}});
}

/// Walks down with a stack of its own: a chain of derivations may be longer than ours.
Hash DerivationCache::hash_modulo(const StorePath& path) {
  auto known = [&](const StorePath& asked) -> std::optional<Hash> {
    std::lock_guard lock(state_->mutex);
    auto found = state_->entries.find(asked);
    return found == state_->entries.end() ? std::nullopt : found->second.modulo;
  };
  std::vector<StorePath> stack{path};
  while (!stack.empty()) {
    StorePath current = stack.back();
    auto derivation = read(current);
    std::size_t before = stack.size();
    if (!derivation->is_fixed_output())
      for (const auto& [input, _] : derivation->inputs)
        if (!known(input)) stack.push_back(input);
    if (stack.size() > before) continue;
    stack.pop_back();
    if (known(current)) continue;
    Hash hash =
        hash_with_inputs(*derivation, [&](const StorePath& input) { return *known(input); });
    std::lock_guard lock(state_->mutex);
    state_->entries.at(current).modulo = hash;
  }
  return *known(path);
}

Hash DerivationCache::hash_modulo(const Derivation& derivation) {
  return hash_with_inputs(derivation, [&](const StorePath& input) { return hash_modulo(input); });
}

}  // namespace nacre
