// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/gexp_lowering.hpp"

#include <array>

#include "guile/convert.hpp"
#include "guile/native/objects.hpp"

namespace nacre::guile {
namespace {

/// What (guix gexp lowering) tells about its types, in the order of `keys`.
enum class Known : std::size_t {
  gexp_type,
  input_type,
  output_type,
  compiler_type,
  parameterized_type,  ///< lowered by what follows, in bindings of its own
  compilers,           ///< table: type → compiler
  default_expander,    ///< the one that is done here
  lower_parameterized,
  raise_input_error,
  raise_output_error,
  count
};

constexpr std::size_t known_count = static_cast<std::size_t>(Known::count);
constexpr std::array<const char*, known_count> keys{"gexp",
                                                    "input",
                                                    "output",
                                                    "compiler",
                                                    "parameterized",
                                                    "compilers",
                                                    "default-expander",
                                                    "lower-parameterized",
                                                    "raise-input-error",
                                                    "raise-output-error"};

/// The fields that the record types have, by position; those of no interest here are not named.
constexpr std::array<std::string_view, 4> record_fields{
    "(references modules extensions proc location)", "(thing output native? location)", "(name)",
    "(type lower expand)"};
constexpr std::size_t gexp_references = 0;
constexpr std::size_t gexp_modules = 1;
constexpr std::size_t gexp_extensions = 2;
constexpr std::size_t gexp_proc = 3;
constexpr std::size_t input_thing = 0;
constexpr std::size_t input_output = 1;
constexpr std::size_t input_is_native = 2;
constexpr std::size_t input_location = 3;
constexpr std::size_t output_name = 0;
constexpr std::size_t compiler_expand = 2;

/// Set once, by the module that owns the types, to what is never freed.
std::array<SCM, known_count>& known_things() {
  static std::array<SCM, known_count> known = [] {
    std::array<SCM, known_count> none;
    none.fill(SCM_UNDEFINED);
    return none;
  }();
  return known;
}

SCM known(Known thing) {
  return known_things()[static_cast<std::size_t>(thing)];
}

bool has_type(SCM value, Known type) {
  return SCM_STRUCTP(value) && scm_is_eq(SCM_STRUCT_VTABLE(value), known(type));
}

/// Of a record whose type was checked.
SCM field(SCM record, std::size_t index) {
  return SCM_STRUCT_SLOT_REF(record, index);
}

void check_fields(SCM type, std::string_view expected) {
  const Value fields(
      call([&] { return scm_call_1(scm_c_public_ref("guile", "record-type-fields"), type); }));
  const std::string found = display(fields);
  if (found != expected)
    throw Error("a record type has the fields {}, where the engine expects {}", found, expected);
}

SCM find_known(SCM alist, const char* key) {
  SCM symbol = scm_from_utf8_symbol(key);
  SCM found = SCM_UNDEFINED;
  for_each(alist, [&](SCM entry) {
    const auto [name, value] = pair_from(entry, "(NAME . VALUE)");
    if (scm_is_eq(name, symbol)) found = value;
  });
  if (SCM_UNBNDP(found)) throw Error("the engine needs to know the '{}' of g-expressions", key);
  return found;
}

/// No code that can be read is nested deeper (write_code).
constexpr int max_depth = 10'000;

/// Counts the levels of a recursion while it lives.
class Level {
 public:
  explicit Level(int& depth) : depth_(depth) {
    if (depth_ >= max_depth)
      throw Error("g-expressions are nested more than {} levels deep", max_depth)
          .hint("does one refer to itself, or is there a list that should be spliced with '#$@'?");
    ++depth_;
  }
  ~Level() { --depth_; }
  Level(const Level&) = delete;

 private:
  int& depth_;
};

bool is_list(SCM value) {
  return scm_is_null(value) || (scm_is_pair(value) && scm_ilength(value) >= 0);
}

bool stands_for_itself(SCM value) {
  return scm_is_string(value) || scm_is_symbol(value) || scm_is_pair(value) ||
         scm_is_number(value) || scm_is_bool(value) || scm_is_keyword(value) || SCM_CHARP(value) ||
         scm_is_eq(value, SCM_UNSPECIFIED) || scm_is_array(value);
}

bool is_same_name(SCM one, SCM other) {
  if (!scm_is_string(one) || !scm_is_string(other)) return scm_is_eq(one, other);
  return scm_is_true(scm_string_equal_p(one, other));
}

/// Looks for what `object` was lowered to in a table of (LOWERED SYSTEM . TARGET).
SCM find_lowered(SCM table, SCM object, SCM system, SCM target) {
  for (SCM entries = scm_hashq_ref(table, object, SCM_EOL); scm_is_pair(entries);
       entries = SCM_CDR(entries)) {
    const auto [lowered, names] = pair_from(SCM_CAR(entries), "(LOWERED SYSTEM . TARGET)");
    const auto [its_system, its_target] = pair_from(names, "(SYSTEM . TARGET)");
    if (is_same_name(its_system, system) && is_same_name(its_target, target)) return lowered;
  }
  return SCM_UNDEFINED;
}

SCM path_of(SCM lowered, SCM output) {
  if (!is_derivation_object(lowered)) return lowered;
  return make_store_path_string(*derivation_from(lowered).output(string_from(output)));
}

[[noreturn]] void refuse(SCM thing, SCM location) {
  call([&] { return scm_call_2(known(Known::raise_input_error), thing, location); });
  wrong_type("what a g-expression may refer to", thing);
}

}  // namespace

SCM set_gexp_types(SCM things) {
  std::array<SCM, known_count> found;
  for (std::size_t i = 0; i < known_count; ++i) found[i] = find_known(things, keys[i]);
  for (std::size_t i = 0; i < record_fields.size(); ++i) check_fields(found[i], record_fields[i]);
  if (!SCM_HASHTABLE_P(found[static_cast<std::size_t>(Known::compilers)]))
    wrong_type("a hash table of compilers", found[static_cast<std::size_t>(Known::compilers)]);
  for (SCM thing : found) scm_gc_protect_object(thing);
  known_things() = found;
  return SCM_UNSPECIFIED;
}

Lowering::Lowering(SCM store, SCM table, SCM system)
    : store_(store), table_(table), system_(system) {
  if (SCM_UNBNDP(known(Known::gexp_type))) throw Error("(guix gexp lowering) is not loaded");
  if (!SCM_HASHTABLE_P(table)) wrong_type("a hash table", table);
  if (!scm_is_string(system)) wrong_type("the name of a system", system);
}

SCM Lowering::code_of(SCM thing, SCM target) {
  if (scm_is_true(target) && !scm_is_string(target)) wrong_type("a triplet or #f", target);
  return code_of(thing, out_, target, SCM_BOOL_F);
}

SCM Lowering::code_of_gexp(SCM gexp, SCM target) {
  SCM arguments = SCM_EOL;
  for_each(field(gexp, gexp_references), [&](SCM reference) {
    arguments = scm_cons(code_of(reference, out_, target, SCM_BOOL_F), arguments);
  });
  if (!is_complete()) return SCM_UNSPECIFIED;
  arguments = scm_reverse_x(arguments, SCM_EOL);
  return call([&] { return scm_apply_0(field(gexp, gexp_proc), arguments); });
}

SCM Lowering::code_of(SCM thing, SCM output, SCM target, SCM location) {
  const Level level(depth_);
  if (has_type(thing, Known::input_type)) return code_of_input(thing, target);
  if (has_type(thing, Known::gexp_type)) return code_of_gexp(thing, target);
  if (has_type(thing, Known::output_type)) return code_of_output(field(thing, output_name));
  if (has_type(thing, Known::parameterized_type))
    return code_of_parameterized(thing, output, target, location);
  if (is_derivation_object(thing)) return expand_by_default(thing, output, location);
  if (SCM_STRUCTP(thing)) return code_of_object(thing, output, target, location);
  if (is_list(thing)) return code_of_list(thing, target, location);
  if (scm_is_vector(thing))
    return scm_vector(code_of_list(scm_vector_to_list(thing), target, location));
  if (!stands_for_itself(thing)) refuse(thing, location);
  if (scm_is_string(thing)) need_if_store_path(thing);
  return thing;
}

SCM Lowering::code_of_input(SCM input, SCM target) {
  SCM native_target = scm_is_true(field(input, input_is_native)) ? SCM_BOOL_F : target;
  return code_of(field(input, input_thing), field(input, input_output), native_target,
                 field(input, input_location));
}

SCM Lowering::code_of_output(SCM name) {
  if (seen_.insert("output " + string_from(name)).second) outputs_ = scm_cons(name, outputs_);
  static const SCM getenv_of_guile = scm_gc_protect_object(
      scm_list_3(scm_from_utf8_symbol("@"), scm_list_1(scm_from_utf8_symbol("guile")),
                 scm_from_utf8_symbol("getenv")));
  return scm_list_2(getenv_of_guile, name);
}

SCM Lowering::code_of_list(SCM list, SCM target, SCM location) {
  SCM codes = SCM_EOL;
  for_each(list,
           [&](SCM element) { codes = scm_cons(code_of(element, out_, target, location), codes); });
  return scm_reverse_x(codes, SCM_EOL);
}

SCM Lowering::code_of_object(SCM object, SCM output, SCM target, SCM location) {
  SCM compiler = scm_hashq_ref(known(Known::compilers), SCM_STRUCT_VTABLE(object), SCM_BOOL_F);
  if (!has_type(compiler, Known::compiler_type)) refuse(object, location);
  SCM expand = field(compiler, compiler_expand);
  const bool is_file = scm_is_true(expand);
  SCM lowered = lower(object, target, location, is_file);
  if (SCM_UNBNDP(lowered)) return SCM_UNSPECIFIED;
  if (!is_file) return code_of(lowered, output, target, location);
  need(lowered, output, location);
  if (scm_is_eq(expand, known(Known::default_expander))) return path_of(lowered, output);
  SCM code = call([&] { return scm_call_3(expand, object, lowered, output); });
  return SCM_STRUCTP(code) ? code_of(code, output, target, location) : code;
}

SCM Lowering::lower(SCM object, SCM target, SCM location, bool fully) {
  for (int steps = 0;; ++steps) {
    if (steps > max_depth)
      throw Error("an object is lowered to others without end")
          .hint("does the compiler of its type return an object that stands for itself?");
    SCM lowered = find_lowered(table_, object, system_, target);
    if (SCM_UNBNDP(lowered)) {
      note_missing(object, target, location);
      return SCM_UNDEFINED;
    }
    if (!fully || !SCM_STRUCTP(lowered) || scm_is_eq(lowered, object)) return lowered;
    object = lowered;
  }
}

void Lowering::note_missing(SCM object, SCM target, SCM location) {
  const auto key = fmt::format("missing {} {}", SCM_UNPACK(object), SCM_UNPACK(target));
  if (!seen_.insert(key).second) return;
  SCM request = scm_c_make_vector(4, object);
  SCM_SIMPLE_VECTOR_SET(request, 1, system_);
  SCM_SIMPLE_VECTOR_SET(request, 2, target);
  SCM_SIMPLE_VECTOR_SET(request, 3, location);
  missing_ = scm_cons(request, missing_);
}

SCM Lowering::expand_by_default(SCM lowered, SCM output, SCM location) {
  need(lowered, output, location);
  return path_of(lowered, output);
}

void Lowering::need(SCM lowered, SCM output, SCM location) {
  if (is_derivation_object(lowered)) return need_derivation(lowered, output, location);
  if (scm_is_string(lowered)) need_if_in_store(lowered);
}

void Lowering::need_derivation(SCM value, SCM output, SCM location) {
  const StoredDerivation& stored = derivation_from(value);
  const std::string name = string_from(output);
  if (stored.output(name) == nullptr) {
    call([&] { return scm_call_3(known(Known::raise_output_error), value, output, location); });
    throw Error("'{}' has no output '{}'", stored.path.text(), name);
  }
  if (seen_.insert(stored.path.text() + " " + name).second)
    inputs_ = scm_cons(scm_cons(value, output), inputs_);
}

void Lowering::need_if_store_path(SCM string) {
  if (scm_c_string_length(string) > store_directory.size() &&
      StorePath::is_valid(string_from(string)))
    need_if_in_store(string);
}

void Lowering::need_if_in_store(SCM string) {
  const std::string path = string_from(string);
  if (!path.starts_with(store_directory) || path[store_directory.size()] != '/') return;
  const StorePath item = StorePath::containing(path);
  if (seen_.insert(item.text()).second) sources_ = scm_cons(make_store_path_string(item), sources_);
}

SCM Lowering::code_of_parameterized(SCM object, SCM output, SCM target, SCM location) {
  SCM arguments = scm_list_n(object, output, store_, system_, target, location, SCM_UNDEFINED);
  SCM part = call([&] { return scm_apply_0(known(Known::lower_parameterized), arguments); });
  if (!scm_is_vector(part) || SCM_SIMPLE_VECTOR_LENGTH(part) != 4)
    wrong_type("#(CODE INPUTS SOURCES OUTPUTS)", part);
  for_each(SCM_SIMPLE_VECTOR_REF(part, 1), [&](SCM input) {
    const auto [derivation, name] = pair_from(input, "(DERIVATION . OUTPUT)");
    need_derivation(derivation, name, location);
  });
  for_each(SCM_SIMPLE_VECTOR_REF(part, 2), [&](SCM source) { need_if_in_store(source); });
  for_each(SCM_SIMPLE_VECTOR_REF(part, 3), [&](SCM name) { code_of_output(name); });
  return SCM_SIMPLE_VECTOR_REF(part, 0);
}

namespace {

class Gathering {
 public:
  explicit Gathering(std::size_t index) : index_(index) {}

  SCM lists_of(SCM thing) {
    const Level level(depth_);
    if (has_type(thing, Known::input_type)) return lists_of(field(thing, input_thing));
    if (is_list(thing)) return scm_append(scm_reverse_x(lists_of_elements(thing), SCM_EOL));
    if (!has_type(thing, Known::gexp_type)) return SCM_EOL;
    SCM own = field(thing, index_);
    check_list(own);
    return scm_append(scm_cons(own, lists_of_elements(field(thing, gexp_references))));
  }

 private:
  /// Those that are not empty, the last one first.
  SCM lists_of_elements(SCM elements) {
    SCM parts = SCM_EOL;
    for_each(elements, [&](SCM element) {
      SCM part = lists_of(element);
      if (scm_is_pair(part)) parts = scm_cons(part, parts);
    });
    return parts;
  }

  std::size_t index_;
  int depth_ = 0;
};

}  // namespace

SCM gather_gexp_lists(SCM thing, std::string_view field) {
  if (SCM_UNBNDP(known(Known::gexp_type))) throw Error("(guix gexp lowering) is not loaded");
  if (field == "modules") return Gathering(gexp_modules).lists_of(thing);
  if (field == "extensions") return Gathering(gexp_extensions).lists_of(thing);
  throw Error("a g-expression has no list of '{}'", field);
}

}  // namespace nacre::guile
