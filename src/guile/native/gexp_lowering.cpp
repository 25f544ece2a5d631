// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/gexp_lowering.hpp"

#include "guile/convert.hpp"
#include "guile/native/objects.hpp"

namespace nacre::guile {
namespace {

/// What (guix gexp compilers) tells about its types; a vector that is kept alive.
enum class Known : std::size_t {
  gexp_type,           ///< (references modules extensions proc location)
  input_type,          ///< (thing output native? location)
  output_type,         ///< (name)
  compilers,           ///< table: type → compiler (type lower expand)
  default_expander,    ///< the one that is done here
  parameterized_type,  ///< lowered by what follows, in bindings of its own
  lower_parameterized,
  raise_input_error,
  raise_output_error,
  count
};

SCM known_things;  // NOLINT: set once, by the module that owns the types

SCM known(Known thing) {
  return SCM_SIMPLE_VECTOR_REF(known_things, static_cast<std::size_t>(thing));
}

bool has_type(SCM value, Known type) {
  return SCM_STRUCTP(value) && scm_is_eq(SCM_STRUCT_VTABLE(value), known(type));
}

SCM field(SCM record, std::size_t index) {
  return SCM_STRUCT_SLOT_REF(record, index);
}

// The fields of the records, in order.
constexpr std::size_t gexp_references = 0;
constexpr std::size_t gexp_proc = 3;
constexpr std::size_t input_thing = 0;
constexpr std::size_t input_output = 1;
constexpr std::size_t input_is_native = 2;
constexpr std::size_t input_location = 3;
constexpr std::size_t compiler_expand = 2;

bool is_list(SCM value) {
  return scm_is_null(value) || (scm_is_pair(value) && scm_ilength(value) >= 0);
}

bool stands_for_itself(SCM value) {
  return scm_is_string(value) || scm_is_symbol(value) || scm_is_pair(value) ||
         scm_is_number(value) || scm_is_bool(value) || scm_is_keyword(value) || SCM_CHARP(value) ||
         scm_is_eq(value, SCM_UNSPECIFIED) || scm_is_array(value);
}

/// Looks for what `object` was lowered to in a table of (LOWERED SYSTEM . TARGET).
SCM find_lowered(SCM table, SCM object, SCM system, SCM target) {
  for (SCM entries = scm_hashq_ref(table, object, SCM_EOL); scm_is_pair(entries);
       entries = SCM_CDR(entries)) {
    SCM entry = SCM_CAR(entries);
    if (scm_is_true(scm_equal_p(SCM_CADR(entry), system)) &&
        scm_is_true(scm_equal_p(SCM_CDDR(entry), target)))
      return SCM_CAR(entry);
  }
  return SCM_UNDEFINED;
}

SCM path_of(SCM lowered, SCM output) {
  if (!is_derivation_object(lowered)) return lowered;
  return make_store_path_string(*derivation_from(lowered).output(string_from(output)));
}

void refuse(SCM thing, SCM location) {
  call([&] { return scm_call_2(known(Known::raise_input_error), thing, location); });
}

}  // namespace

SCM set_gexp_types(SCM things) {
  if (!scm_is_vector(things) ||
      SCM_SIMPLE_VECTOR_LENGTH(things) != static_cast<std::size_t>(Known::count))
    throw Error("a vector of {} elements was expected", static_cast<std::size_t>(Known::count));
  known_things = scm_gc_protect_object(things);
  return SCM_UNSPECIFIED;
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
  if (has_type(thing, Known::input_type)) return code_of_input(thing, target);
  if (has_type(thing, Known::gexp_type)) return code_of_gexp(thing, target);
  if (has_type(thing, Known::output_type)) return code_of_output(field(thing, 0));
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
  if (scm_is_false(compiler)) refuse(object, location);
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
  for (;;) {
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
  if (stored.output(name) == nullptr)
    call([&] { return scm_call_3(known(Known::raise_output_error), value, output, location); });
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
  if (!path.starts_with(store_directory)) return;
  const StorePath item = StorePath::containing(path);
  if (seen_.insert(item.text()).second) sources_ = scm_cons(make_store_path_string(item), sources_);
}

SCM Lowering::code_of_parameterized(SCM object, SCM output, SCM target, SCM location) {
  SCM arguments = scm_list_n(object, output, store_, system_, target, location, SCM_UNDEFINED);
  SCM part = call([&] { return scm_apply_0(known(Known::lower_parameterized), arguments); });
  for_each(scm_c_vector_ref(part, 1),
           [&](SCM input) { need_derivation(SCM_CAR(input), SCM_CDR(input), location); });
  for_each(scm_c_vector_ref(part, 2), [&](SCM source) { need_if_in_store(source); });
  for_each(scm_c_vector_ref(part, 3), [&](SCM name) { code_of_output(name); });
  return scm_c_vector_ref(part, 0);
}

SCM gather_gexp_lists(SCM thing, std::size_t index) {
  if (has_type(thing, Known::input_type))
    return gather_gexp_lists(field(thing, input_thing), index);
  if (is_list(thing)) {
    SCM parts = SCM_EOL;
    for_each(thing,
             [&](SCM element) { parts = scm_cons(gather_gexp_lists(element, index), parts); });
    return scm_append(scm_reverse_x(parts, SCM_EOL));
  }
  if (!has_type(thing, Known::gexp_type)) return SCM_EOL;
  SCM parts = SCM_EOL;
  for_each(field(thing, gexp_references), [&](SCM reference) {
    SCM part = gather_gexp_lists(reference, index);
    if (scm_is_pair(part)) parts = scm_cons(part, parts);
  });
  return scm_append(scm_cons(field(thing, index), parts));
}

}  // namespace nacre::guile
