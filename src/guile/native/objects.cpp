// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/objects.hpp"

#include <atomic>
#include <bit>
#include <memory>
#include <unordered_map>

#include "guile/convert.hpp"

namespace nacre::guile {
namespace {

scm_t_bits store_type;
scm_t_bits derivation_type;

/// What a Scheme value holds.
struct Held {
  Held() = default;
  Held(const Held&) = delete;
  virtual ~Held() = default;
  Held* next = nullptr;  ///< in the list of what was released
};

template <typename Object>
struct Holder : Held {
  explicit Holder(Object held) : object(std::move(held)) {}
  Object object;
};

Held* held_in(SCM value) {
  return std::bit_cast<Held*>(SCM_SMOB_DATA(value));
}

template <typename Object>
Object& object_in(SCM value) {
  return static_cast<Holder<Object>*>(held_in(value))->object;
}

/// What values that are gone held. Finalizers run in a thread of Guile's, at any moment, so that
/// they only put it here; the main thread destroys it.
std::atomic<Held*> released{nullptr};

std::size_t release(SCM value) {
  Held* held = held_in(value);
  held->next = released.load(std::memory_order_relaxed);
  while (!released.compare_exchange_weak(held->next, held, std::memory_order_release)) continue;
  return 0;
}

void destroy_released() {
  if (released.load(std::memory_order_relaxed) == nullptr) return;
  for (Held* held = released.exchange(nullptr, std::memory_order_acquire); held != nullptr;) {
    const std::unique_ptr<Held> owned(held);
    held = held->next;
  }
}

template <typename Object>
SCM make_object(scm_t_bits type, Object object) {
  destroy_released();
  std::unique_ptr<Held> held = std::make_unique<Holder<Object>>(std::move(object));
  return scm_new_smob(type, std::bit_cast<scm_t_bits>(held.release()));
}

/// Prints what `describe` says of `value`, and its address, as Guile does. The port may be one that
/// Scheme code leaves by an exception: no C++ object is alive then.
int print(SCM value, SCM port, std::string (*describe)(SCM value)) {
  SCM text = [&] {
    return make_message(fmt::format("#<{} {:x}>", describe(value), SCM_UNPACK(value)));
  }();
  scm_display(text, port);
  return 1;
}

int print_store(SCM value, SCM port, scm_print_state*) {
  return print(value, port, [](SCM store) {
    return "store " + object_in<OpenStore>(store).store->layout().store;
  });
}

int print_derivation(SCM value, SCM port, scm_print_state*) {
  return print(value, port, [](SCM derivation) {
    const auto& object = object_in<StoredDerivation>(derivation);
    std::string text = "derivation " + object.path.text() + " =>";
    for (const auto& [name, path] : object.outputs) text += " " + path.text();
    return text;
  });
}

SCM equal_derivations(SCM one, SCM other) {
  return scm_from_bool(object_in<StoredDerivation>(one).path ==
                       object_in<StoredDerivation>(other).path);
}

/// The one object for each derivation of a store: programs compare them by `eq?`. Never
/// evicted: most are used again, and it spares the collector work.
class StoredDerivations {
 public:
  SCM object(StoredDerivation derivation) {
    const auto [place, is_new] = indices_.try_emplace(derivation.path, indices_.size());
    if (!is_new) return scm_c_vector_ref(objects_, place->second);
    grow(place->second);
    SCM value = make_object(derivation_type, std::move(derivation));
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
  scm_set_smob_free(store_type, release);
  scm_set_smob_print(store_type, print_store);
  derivation_type = scm_make_smob_type("derivation", 0);
  scm_set_smob_free(derivation_type, release);
  scm_set_smob_print(derivation_type, print_derivation);
  scm_set_smob_equalp(derivation_type, equal_derivations);
}

namespace {

constexpr const char* opened = "%opened-store";

SCM store_module() {
  return scm_c_resolve_module("nacre store");
}

}  // namespace

void open_for_programs(OpenStore store) {
  SCM object = make_object(store_type, std::move(store));
  call([object] { return scm_c_module_define(store_module(), opened, object); });
}

void close_for_programs() {
  call([] { return scm_c_module_define(store_module(), opened, SCM_BOOL_F); });
}

SCM store_for_programs() {
  SCM variable = scm_module_variable(store_module(), scm_from_utf8_symbol(opened));
  return scm_is_true(variable) ? scm_variable_ref(variable) : SCM_BOOL_F;
}

bool is_store_object(SCM value) {
  return SCM_SMOB_PREDICATE(store_type, value);
}

OpenStore& store_from(SCM value) {
  destroy_released();
  if (!is_store_object(value)) wrong_type("a store", value);
  return object_in<OpenStore>(value);
}

SCM make_derivation_object(StoredDerivation derivation) {
  // Who holds an object holds its cache: two of them never have the same address.
  static std::unordered_map<const DerivationCache*, StoredDerivations> known;
  if (const auto cache = derivation.cache) return known[cache.get()].object(std::move(derivation));
  return make_object(derivation_type, std::move(derivation));
}

bool is_derivation_object(SCM value) {
  return SCM_SMOB_PREDICATE(derivation_type, value);
}

const StoredDerivation& derivation_from(SCM value) {
  if (!is_derivation_object(value)) wrong_type("a derivation", value);
  return object_in<StoredDerivation>(value);
}

}  // namespace nacre::guile
