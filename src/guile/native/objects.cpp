// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/objects.hpp"

#include <unordered_map>

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

[[noreturn]] void wrong_object(const char* expected, SCM value) {
  throw Error("{} was expected, not {}", expected, written(value));
}

/// The one object for each derivation of the store: programs compare them by `eq?`. None is ever
/// given up, as most are met again and the collector has less to do so.
class StoredDerivations {
 public:
  SCM object(StoredDerivation derivation) {
    const auto [place, is_new] = indices_.try_emplace(derivation.path, indices_.size());
    if (!is_new) return scm_c_vector_ref(objects_, place->second);
    grow(place->second);
    auto* object = new StoredDerivation(std::move(derivation));
    SCM value = scm_new_smob(derivation_type, reinterpret_cast<scm_t_bits>(object));
    scm_c_vector_set_x(objects_, place->second, value);
    return value;
  }

 private:
  /// Makes room for an element `index`.
  void grow(std::size_t index) {
    const std::size_t size = scm_c_vector_length(objects_);
    if (index < size) return;
    SCM larger = scm_c_make_vector(2 * size, SCM_BOOL_F);
    scm_vector_move_left_x(objects_, scm_from_size_t(0), scm_from_size_t(size), larger,
                           scm_from_size_t(0));
    scm_gc_protect_object(larger);
    scm_gc_unprotect_object(objects_);
    objects_ = larger;
  }

  std::unordered_map<StorePath, std::size_t> indices_;
  SCM objects_ = scm_gc_protect_object(scm_c_make_vector(64, SCM_BOOL_F));
};

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
  if (!is_store_object(value)) wrong_object("a store", value);
  return object_in<OpenStore>(value);
}

SCM make_derivation_object(StoredDerivation derivation) {
  static StoredDerivations known;
  if (derivation.cache) return known.object(std::move(derivation));
  auto* object = new StoredDerivation(std::move(derivation));
  return scm_new_smob(derivation_type, reinterpret_cast<scm_t_bits>(object));
}

bool is_derivation_object(SCM value) {
  return SCM_SMOB_PREDICATE(derivation_type, value);
}

const StoredDerivation& derivation_from(SCM value) {
  if (!is_derivation_object(value)) wrong_object("a derivation", value);
  return object_in<StoredDerivation>(value);
}

}  // namespace nacre::guile
