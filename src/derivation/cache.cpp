// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "derivation/check.hpp"
#include "derivation/derivation.hpp"
#include "derivation/masked.hpp"

namespace nacre {

struct DerivationCache::Entry {
  std::shared_ptr<const Derivation> derivation;  ///< while it is one of the most recent
  std::optional<Hash> modulo;
  bool checked = false;  ///< its outputs are its own
};

struct DerivationCache::State {
  /// How many derivations are held for the next who asks.
  static constexpr std::size_t most_recent = 256;

  std::mutex mutex;
  std::unordered_map<StorePath, Entry> entries;
  std::vector<Entry*> recent;  ///< those that hold theirs; a ring, once it is full
  std::size_t oldest = 0;

  void hold(const StorePath& path, const std::shared_ptr<const Derivation>& derivation) {
    std::lock_guard lock(mutex);
    Entry& entry = entries[path];
    const bool is_recent = entry.derivation != nullptr;
    entry.derivation = derivation;
    if (is_recent) return;
    if (recent.size() < most_recent) return recent.push_back(&entry);
    recent[oldest]->derivation.reset();
    recent[oldest] = &entry;
    oldest = (oldest + 1) % most_recent;
  }
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
Hash hash_with_inputs(const Derivation& derivation, Paths paths, ModuloOf modulo_of) {
  if (derivation.is_fixed_output()) return hash_fixed_output(derivation.outputs.begin()->second);
  std::map<std::string, std::set<std::string>> inputs;
  for (const auto& [path, outputs] : derivation.inputs)
    inputs[modulo_of(path).base16()].insert(outputs.begin(), outputs.end());
  return hash_bytes(HashAlgorithm::sha256, write_masked_derivation(derivation, inputs, paths));
}

std::string_view derivation_name(const StorePath& path) {
  if (!path.is_derivation()) throw Error("'{}' is not a derivation", path.text());
  std::string_view name = path.name();
  return name.substr(0, name.size() - std::string_view(".drv").size());
}

}  // namespace

DerivationCache::DerivationCache(std::shared_ptr<Store> store)
    : store_(std::move(store)), state_(std::make_unique<State>()) {}

DerivationCache::~DerivationCache() = default;

std::shared_ptr<const Derivation> DerivationCache::find(const StorePath& path) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->entries.find(path);
  return found == state_->entries.end() ? nullptr : found->second.derivation;
}

std::shared_ptr<const Derivation> DerivationCache::read(const StorePath& path) {
  if (auto known = find(path)) return known;
  std::string_view name = derivation_name(path);
  auto derivation =
      std::make_shared<const Derivation>(parse_derivation(store_->read_text(path), name));
  state_->hold(path, derivation);
  return derivation;
}

void DerivationCache::insert(const StorePath& path,
                             const std::shared_ptr<const Derivation>& derivation) {
  // While it is at hand: who depends on it needs that.
  Hash modulo = hash_modulo(*derivation);
  state_->hold(path, derivation);
  std::lock_guard lock(state_->mutex);
  Entry& entry = state_->entries[path];
  entry.modulo = std::move(modulo);
  entry.checked = true;
}

bool DerivationCache::is_checked(const StorePath& path) const {
  std::lock_guard lock(state_->mutex);
  auto found = state_->entries.find(path);
  return found != state_->entries.end() && found->second.checked;
}

void DerivationCache::check(const StorePath& path) {
  if (is_checked(path)) return;
  auto derivation = read(path);
  check_own_outputs(*derivation, *this);
  std::lock_guard lock(state_->mutex);
  state_->entries.at(path).checked = true;
}

/// Walks down with a stack of its own: a chain of derivations may be longer than ours.
Hash DerivationCache::hash_modulo(const StorePath& path) {
  auto known = [&](const StorePath& asked) -> std::optional<Hash> {
    std::lock_guard lock(state_->mutex);
    auto found = state_->entries.find(asked);
    return found == state_->entries.end() ? std::nullopt : found->second.modulo;
  };
  if (auto hash = known(path)) return *hash;
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
    Hash hash = hash_with_inputs(*derivation, Paths::shown,
                                 [&](const StorePath& input) { return *known(input); });
    std::lock_guard lock(state_->mutex);
    state_->entries.at(current).modulo = hash;
  }
  return *known(path);
}

Hash DerivationCache::hash_modulo(const Derivation& derivation, Paths paths) {
  return hash_with_inputs(derivation, paths,
                          [&](const StorePath& input) { return hash_modulo(input); });
}

}  // namespace nacre
