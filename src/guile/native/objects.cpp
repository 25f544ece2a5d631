// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/objects.hpp"

#include "guile/context.hpp"
#include "guile/convert.hpp"

namespace nacre::guile {
namespace {

scm_t_bits store_type;
scm_t_bits derivation_type;

template <typename Object>
Object& object_in(SCM value) {
  return *reinterpret_cast<Object*>(SCM_SMOB_DATA(value));
}

template <typename Object>
std::size_t release(SCM value) {
  delete &object_in<Object>(value);
  return 0;
}

/// Prints " ADDRESS>" as Guile's own objects end.
void put_address(SCM value, SCM port) {
  scm_puts(" ", port);
  scm_uintprint(SCM_UNPACK(value), 16, port);
  scm_puts(">", port);
}

int print_store(SCM value, SCM port, scm_print_state*) {
  scm_puts("#<store ", port);
  scm_puts(object_in<OpenStore>(value).store->layout().store.c_str(), port);
  put_address(value, port);
  return 1;
}

/// Whoever reads the name may look for the file. A printer has no way to report an error; what asks
/// the store next meets it again.
void write_deferred() noexcept {
  try {
    context().texts->flush();
  } catch (const std::exception&) {
    return;
  }
}

int print_derivation(SCM value, SCM port, scm_print_state*) {
  write_deferred();
  const auto& object = object_in<StoredDerivation>(value);
  scm_puts("#<derivation ", port);
  scm_puts(object.path.text().c_str(), port);
  scm_puts(" =>", port);
  for (const auto& [name, path] : object.outputs) {
    scm_puts(" ", port);
    scm_puts(path.text().c_str(), port);
  }
  put_address(value, port);
  return 1;
}

SCM equal_derivations(SCM one, SCM other) {
  return scm_from_bool(object_in<StoredDerivation>(one).path ==
                       object_in<StoredDerivation>(other).path);
}

template <typename Object>
Object& checked(SCM value, scm_t_bits type, const char* what) {
  if (!SCM_SMOB_PREDICATE(type, value))
    throw Error("{} was expected, not {}", what, written(value));
  return object_in<Object>(value);
}

}  // namespace

StoredDerivation::StoredDerivation(StorePath own_path, const Derivation& derivation,
                                   std::shared_ptr<DerivationCache> own_cache)
    : path(std::move(own_path)), cache(std::move(own_cache)) {
  outputs.reserve(derivation.outputs.size());
  for (const auto& [name, output] : derivation.outputs)
    if (output.path) outputs.emplace_back(name, *output.path);
}

StoredDerivation::StoredDerivation(StorePath own_path, std::shared_ptr<const Derivation> derivation)
    : StoredDerivation(std::move(own_path), *derivation, nullptr) {
  own = std::move(derivation);
}

const StorePath* StoredDerivation::output(std::string_view name) const {
  for (const auto& [known, known_path] : outputs)
    if (known == name) return &known_path;
  return nullptr;
}

void define_object_types() {
  store_type = scm_make_smob_type("store", 0);
  scm_set_smob_free(store_type, release<OpenStore>);
  scm_set_smob_print(store_type, print_store);
  derivation_type = scm_make_smob_type("derivation", 0);
  scm_set_smob_free(derivation_type, release<StoredDerivation>);
  scm_set_smob_print(derivation_type, print_derivation);
  scm_set_smob_equalp(derivation_type, equal_derivations);
}

SCM make_store_object(OpenStore store) {
  auto* object = new OpenStore(std::move(store));
  return scm_new_smob(store_type, reinterpret_cast<scm_t_bits>(object));
}

bool is_store_object(SCM value) {
  return SCM_SMOB_PREDICATE(store_type, value);
}

OpenStore& store_from(SCM value) {
  OpenStore& store = deferring_store_from(value);
  store.texts->flush();
  return store;
}

OpenStore& deferring_store_from(SCM value) {
  return checked<OpenStore>(value, store_type, "a store");
}

SCM make_derivation_object(StoredDerivation derivation) {
  // One value for each in a store, as long as somebody has it: programs compare them by `eq?`.
  static const SCM known = scm_permanent_object(scm_make_weak_value_hash_table(SCM_UNDEFINED));
  const bool is_stored = derivation.cache != nullptr;
  SCM key = make_store_path_string(derivation.path);
  SCM value = is_stored ? scm_hash_ref(known, key, SCM_BOOL_F) : SCM_BOOL_F;
  if (scm_is_true(value)) return value;
  auto* object = new StoredDerivation(std::move(derivation));
  value = scm_new_smob(derivation_type, reinterpret_cast<scm_t_bits>(object));
  if (is_stored) scm_hash_set_x(known, key, value);
  return value;
}

bool is_derivation_object(SCM value) {
  return SCM_SMOB_PREDICATE(derivation_type, value);
}

const StoredDerivation& derivation_from(SCM value) {
  return checked<StoredDerivation>(value, derivation_type, "a derivation");
}

}  // namespace nacre::guile
