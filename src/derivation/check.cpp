// SPDX-License-Identifier: GPL-3.0-or-later
#include "derivation/check.hpp"

#include "base/error.hpp"
#include "store/derivation_check.hpp"

namespace nacre {
namespace {

constexpr auto advice =
    "it was written by hand, or its file or that of an input was changed; 'nacre gc --verify' "
    "names all such, 'nacre gc --delete' removes them";

[[noreturn]] void refuse(const Derivation& derivation, const std::string& what) {
  throw Error("derivation '{}' is refused: {}", derivation.name, what).hint(advice);
}

void check_output(const Derivation& derivation, const Derivation& right, const std::string& name) {
  const std::string& own = right.output_path(name).text();
  const auto& path = derivation.outputs.at(name).path;
  if (!path || path->text() != own)
    refuse(derivation, fmt::format("it claims '{}' as its output '{}', but that is '{}'",
                                   path ? path->text() : "", name, own));
  const auto variable = derivation.variable(name);
  if (variable != own)
    refuse(derivation, fmt::format("its variable '{}' is '{}', not its output '{}'", name,
                                   variable.value_or(""), own));
}

std::map<std::string, StorePath> outputs_of(const Derivation& derivation) {
  std::map<std::string, StorePath> outputs;
  for (const auto& [name, _] : derivation.outputs)
    outputs.emplace(name, derivation.output_path(name));
  return outputs;
}

/// The check of one store's intake. What it let pass is known from then on, so that of a graph each
/// derivation is read once.
class Intake : public DerivationCheck {
 public:
  explicit Intake(Store& store)
      : store_(store), cache_(std::shared_ptr<Store>(std::shared_ptr<Store>(), &store)) {}

  std::map<std::string, StorePath> check(const StorePath& path, std::string_view text,
                                         const StorePathSet& references) override {
    std::string_view name = path.name();
    name.remove_suffix(std::string_view(".drv").size());
    auto derivation = std::make_shared<const Derivation>(parse_derivation(text, name));
    check_place(path, *derivation, text, references);
    if (cache_.is_checked(path)) return outputs_of(*derivation);
    for (const auto& [input, _] : derivation->inputs) require(input, path);
    check_own_outputs(*derivation, cache_);
    cache_.insert(path, derivation);
    return outputs_of(*derivation);
  }

 private:
  void check_place(const StorePath& path, const Derivation& derivation, std::string_view text,
                   const StorePathSet& references) {
    StorePathSet own = derivation.sources;
    for (const auto& [input, _] : derivation.inputs) own.insert(input);
    if (references != own) refuse(derivation, "its references are not those that it names");
    const StorePath place =
        make_text_path(path.name(), hash_bytes(HashAlgorithm::sha256, text), references);
    if (path != place)
      refuse(derivation,
             fmt::format("it lies at '{}', its text belongs to '{}'", path.text(), place.text()));
  }

  /// A derivation of the same batch is known before it is valid.
  void require(const StorePath& input, const StorePath& path) {
    if (cache_.is_checked(input) || store_.is_valid(input)) return;
    throw Error("'{}' refers to '{}', which is not valid", path.text(), input.text());
  }

  Store& store_;
  DerivationCache cache_;
};

}  // namespace

void check_own_outputs(const Derivation& derivation, DerivationCache& cache) {
  Derivation right = derivation;
  compute_output_paths(right, cache);
  for (const auto& [name, _] : derivation.outputs) check_output(derivation, right, name);
}

void register_derivation_intake() {
  register_derivation_check([](Store& store) { return std::make_unique<Intake>(store); });
}

}  // namespace nacre
