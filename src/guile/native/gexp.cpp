// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/derivation.hpp"
#include "guile/native/gexp_lowering.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"
#include "guile/write_code.hpp"

namespace nacre::guile {
namespace {

/// #(CODE INPUTS SOURCES OUTPUTS) or, if Scheme has to lower things first, a list of these.
SCM gexp_code(SCM store, SCM table, SCM gexp, SCM system, SCM target) {
  Lowering lowering(store, table, system);
  SCM code = lowering.code_of(gexp, target);
  if (!lowering.is_complete()) return lowering.missing();
  SCM result = scm_c_make_vector(4, code);
  SCM_SIMPLE_VECTOR_SET(result, 1, lowering.inputs());
  SCM_SIMPLE_VECTOR_SET(result, 2, lowering.sources());
  SCM_SIMPLE_VECTOR_SET(result, 3, lowering.outputs());
  return result;
}

SCM gexp_attribute(SCM gexp, SCM name) {
  return gather_gexp_lists(gexp, symbol_from(name));
}

/// What a derivation is to be besides its g-expression: a vector that Scheme fills.
enum class Request : std::size_t {
  name,
  script_name,
  guile,         ///< a derivation or the path of a store item
  arguments,     ///< of Guile, before the script
  environment,   ///< alist
  inputs,        ///< list of (DERIVATION . OUTPUT)
  sources,       ///< list of store paths
  fixed_output,  ///< (ALGORITHM HASH RECURSIVE?) or #f
  count
};

SCM get(SCM request, Request field) {
  return SCM_SIMPLE_VECTOR_REF(request, static_cast<std::size_t>(field));
}

void add_input(Derivation& derivation, SCM thing, SCM output) {
  derivation.inputs[derivation_from(thing).path].insert(string_from(output));
}

void add_inputs(Derivation& derivation, SCM inputs) {
  for_each(inputs, [&](SCM input) {
    const auto [made, output] = pair_from(input, "(DERIVATION . OUTPUT)");
    add_input(derivation, made, output);
  });
}

/// Makes Guile the builder, and what it is in an input.
void set_builder(Derivation& derivation, SCM guile) {
  std::string item;
  if (is_derivation_object(guile)) {
    static constexpr std::string_view output = "out";
    const StoredDerivation& stored = derivation_from(guile);
    const StorePath* path = stored.output(output);
    if (path == nullptr)
      throw Error("'{}' has no output '{}', so it cannot run a builder", stored.path.text(),
                  output);
    item = path->text();
    derivation.inputs[stored.path].emplace(output);
  } else {
    item = string_from(guile);
  }
  derivation.builder = item + "/bin/guile";
}

void set_outputs(Derivation& derivation, SCM names, SCM fixed_output) {
  const auto add = [&](std::string name) {
    derivation.outputs.emplace(std::move(name), is_unset(fixed_output)
                                                    ? DerivationOutput{}
                                                    : output_from_fixed(fixed_output));
  };
  for_each(names, [&](SCM name) { add(string_from(name)); });
  if (derivation.outputs.empty()) add("out");
}

/// The derivation that runs the code of a g-expression; or a list, as gexp_code.
SCM gexp_derivation(SCM store, SCM table, SCM gexp, SCM system, SCM target, SCM request) {
  if (!scm_is_vector(request) ||
      SCM_SIMPLE_VECTOR_LENGTH(request) != static_cast<std::size_t>(Request::count))
    throw Error("a vector of {} elements was expected", static_cast<std::size_t>(Request::count));
  Lowering lowering(store, table, system);
  SCM code = lowering.code_of(gexp, target);
  if (!lowering.is_complete()) return lowering.missing();

  OpenStore& destination = store_from(store);
  const StorePath script = destination.store->defer_text(
      {string_from(get(request, Request::script_name)), write_code(code), {}, {}});
  auto derivation = std::make_shared<Derivation>();
  derivation->name = string_from(get(request, Request::name));
  derivation->system = string_from(system);
  set_builder(*derivation, get(request, Request::guile));
  for_each(get(request, Request::arguments),
           [&](SCM argument) { derivation->arguments.push_back(string_from(argument)); });
  derivation->arguments.push_back(script.text());
  derivation->environment = environment_from(get(request, Request::environment));
  add_inputs(*derivation, get(request, Request::inputs));
  add_inputs(*derivation, lowering.inputs());
  derivation->sources = store_paths_from(get(request, Request::sources));
  derivation->sources.merge(store_paths_from(lowering.sources()));
  derivation->sources.insert(script);
  if (!is_derivation_object(get(request, Request::guile)))
    derivation->sources.insert(store_path_from(get(request, Request::guile)));
  set_outputs(*derivation, lowering.outputs(), get(request, Request::fixed_output));
  return defer_derivation_object(destination, std::move(derivation));
}

/// What `object->string` gives, in a fraction of the time.
SCM code_to_string(SCM code) {
  return make_string(write_code(code));
}

void definitions() {
  define_native<&code_to_string>("code->string");
  define_native<&set_gexp_types>("set-gexp-types!");
  define_native<&gexp_code>("gexp-code");
  define_native<&gexp_attribute>("gexp-attribute-list");
  define_native<&gexp_derivation, Refusal::protocol>("gexp-derivation!");
}

}  // namespace

void define_gexp_module() {
  define_native_module("nacre gexp", definitions);
}

}  // namespace nacre::guile
