// SPDX-License-Identifier: GPL-3.0-or-later
// The code of g-expressions: a walk over what they refer to. Objects are lowered by Scheme, which
// is told which ones are missing; so neither stack knows how deep the graph is.
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"

#include <unordered_set>

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

SCM set_known_things(SCM things) {
  if (!scm_is_vector(things) ||
      SCM_SIMPLE_VECTOR_LENGTH(things) != static_cast<std::size_t>(Known::count))
    throw Error("a vector of {} elements was expected", static_cast<std::size_t>(Known::count));
  known_things = scm_gc_protect_object(things);
  return SCM_UNSPECIFIED;
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

/// One walk. Lives on the stack, where the collector sees what it holds.
class Lowering {
 public:
  Lowering(SCM store, SCM table, SCM system) : store_(store), table_(table), system_(system) {}

  /// The code of a gexp, or of what can stand in one.
  SCM code_of(SCM thing, SCM target) { return code_of(thing, out_, target, SCM_BOOL_F); }

  bool is_complete() const { return scm_is_null(missing_); }
  /// List of #(OBJECT SYSTEM TARGET LOCATION), none twice.
  SCM missing() const { return missing_; }
  /// #(CODE INPUTS SOURCES OUTPUTS), INPUTS being pairs of a derivation and an output's name.
  SCM result(SCM code) const {
    SCM vector = scm_c_make_vector(4, code);
    SCM_SIMPLE_VECTOR_SET(vector, 1, scm_reverse(inputs_));
    SCM_SIMPLE_VECTOR_SET(vector, 2, scm_reverse(sources_));
    SCM_SIMPLE_VECTOR_SET(vector, 3, scm_reverse(outputs_));
    return vector;
  }

 private:
  SCM code_of_gexp(SCM gexp, SCM target) {
    SCM arguments = SCM_EOL;
    for_each(field(gexp, gexp_references), [&](SCM reference) {
      arguments = scm_cons(code_of(reference, out_, target, SCM_BOOL_F), arguments);
    });
    if (!is_complete()) return SCM_UNSPECIFIED;
    arguments = scm_reverse_x(arguments, SCM_EOL);
    return call([&] { return scm_apply_0(field(gexp, gexp_proc), arguments); });
  }

  SCM code_of(SCM thing, SCM output, SCM target, SCM location) {
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

  SCM code_of_input(SCM input, SCM target) {
    SCM native_target = scm_is_true(field(input, input_is_native)) ? SCM_BOOL_F : target;
    return code_of(field(input, input_thing), field(input, input_output), native_target,
                   field(input, input_location));
  }

  SCM code_of_output(SCM name) {
    if (seen_.insert("output " + string_from(name)).second) outputs_ = scm_cons(name, outputs_);
    static const SCM getenv_of_guile = scm_gc_protect_object(
        scm_list_3(scm_from_utf8_symbol("@"), scm_list_1(scm_from_utf8_symbol("guile")),
                   scm_from_utf8_symbol("getenv")));
    return scm_list_2(getenv_of_guile, name);
  }

  SCM code_of_list(SCM list, SCM target, SCM location) {
    SCM codes = SCM_EOL;
    for_each(list, [&](SCM element) {
      codes = scm_cons(code_of(element, out_, target, location), codes);
    });
    return scm_reverse_x(codes, SCM_EOL);
  }

  SCM code_of_object(SCM object, SCM output, SCM target, SCM location) {
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

  /// What `object` was lowered to; `fully` when it is to be a derivation or a store path. Undefined
  /// when that is not known, and on the list of what is missing.
  SCM lower(SCM object, SCM target, SCM location, bool fully) {
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

  void note_missing(SCM object, SCM target, SCM location) {
    const auto key = fmt::format("missing {} {}", SCM_UNPACK(object), SCM_UNPACK(target));
    if (!seen_.insert(key).second) return;
    SCM request = scm_c_make_vector(4, object);
    SCM_SIMPLE_VECTOR_SET(request, 1, system_);
    SCM_SIMPLE_VECTOR_SET(request, 2, target);
    SCM_SIMPLE_VECTOR_SET(request, 3, location);
    missing_ = scm_cons(request, missing_);
  }

  SCM expand_by_default(SCM lowered, SCM output, SCM location) {
    need(lowered, output, location);
    return path_of(lowered, output);
  }

  SCM path_of(SCM lowered, SCM output) {
    if (!is_derivation_object(lowered)) return lowered;
    return make_store_path_string(*derivation_from(lowered).output(string_from(output)));
  }

  void need(SCM lowered, SCM output, SCM location) {
    if (is_derivation_object(lowered)) return need_derivation(lowered, output, location);
    if (scm_is_string(lowered)) need_if_in_store(lowered);
  }

  void need_derivation(SCM value, SCM output, SCM location) {
    const StoredDerivation& stored = derivation_from(value);
    const std::string name = string_from(output);
    if (stored.output(name) == nullptr)
      call([&] { return scm_call_3(known(Known::raise_output_error), value, output, location); });
    if (seen_.insert(stored.path.text() + " " + name).second)
      inputs_ = scm_cons(scm_cons(value, output), inputs_);
  }

  /// A literal counts when it is exactly a store path.
  void need_if_store_path(SCM string) {
    if (scm_c_string_length(string) > store_directory.size() &&
        StorePath::is_valid(string_from(string)))
      need_if_in_store(string);
  }

  void need_if_in_store(SCM string) {
    const std::string path = string_from(string);
    if (!path.starts_with(store_directory)) return;
    const StorePath item = StorePath::containing(path);
    if (seen_.insert(item.text()).second)
      sources_ = scm_cons(make_store_path_string(item), sources_);
  }

  SCM code_of_parameterized(SCM object, SCM output, SCM target, SCM location) {
    SCM arguments = scm_list_n(object, output, store_, system_, target, location, SCM_UNDEFINED);
    SCM part = call([&] { return scm_apply_0(known(Known::lower_parameterized), arguments); });
    for_each(scm_c_vector_ref(part, 1),
             [&](SCM input) { need_derivation(SCM_CAR(input), SCM_CDR(input), location); });
    for_each(scm_c_vector_ref(part, 2), [&](SCM source) { need_if_in_store(source); });
    for_each(scm_c_vector_ref(part, 3), [&](SCM name) { code_of_output(name); });
    return scm_c_vector_ref(part, 0);
  }

  void refuse(SCM thing, SCM location) {
    call([&] { return scm_call_2(known(Known::raise_input_error), thing, location); });
  }

  SCM store_;
  SCM table_;
  SCM system_;
  SCM out_ = scm_from_utf8_string("out");
  SCM inputs_ = SCM_EOL;
  SCM sources_ = SCM_EOL;
  SCM outputs_ = SCM_EOL;
  SCM missing_ = SCM_EOL;
  std::unordered_set<std::string> seen_;
};

/// The result of Lowering, or, for what Scheme has to lower first, a list.
SCM gexp_code(SCM store, SCM table, SCM gexp, SCM system, SCM target) {
  Lowering lowering(store, table, system);
  SCM code = lowering.code_of(gexp, target);
  return lowering.is_complete() ? lowering.result(code) : lowering.missing();
}

/// The lists in field `index` of the gexps in `thing`, as one: a gexp's own before those of the
/// gexps that it refers to, of which the last comes first; those in a list in order.
SCM gather(SCM thing, std::size_t index) {
  if (has_type(thing, Known::input_type)) return gather(field(thing, input_thing), index);
  if (is_list(thing)) {
    SCM parts = SCM_EOL;
    for_each(thing, [&](SCM element) { parts = scm_cons(gather(element, index), parts); });
    return scm_append(scm_reverse_x(parts, SCM_EOL));
  }
  if (!has_type(thing, Known::gexp_type)) return SCM_EOL;
  SCM parts = SCM_EOL;
  for_each(field(thing, gexp_references), [&](SCM reference) {
    SCM part = gather(reference, index);
    if (scm_is_pair(part)) parts = scm_cons(part, parts);
  });
  return scm_append(scm_cons(field(thing, index), parts));
}

SCM gexp_attribute(SCM gexp, SCM index) {
  return gather(gexp, static_cast<std::size_t>(integer_from(index)));
}

void definitions() {
  define_native<&set_known_things>("set-gexp-types!");
  define_native<&gexp_code>("gexp-code");
  define_native<&gexp_attribute>("gexp-attribute-list");
}

}  // namespace

void define_gexp_module() {
  define_native_module("nacre gexp", definitions);
}

}  // namespace nacre::guile
