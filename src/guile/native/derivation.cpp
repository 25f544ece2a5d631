// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native/derivation.hpp"

#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"

namespace nacre::guile {
namespace {

/// Of several inputs with the same outputs, as fixed ones may have, one is enough.
void merge_equal_inputs(Derivation& derivation, DerivationCache& cache) {
  std::map<std::string, std::set<std::string>*> chosen;  // by what decides the outputs' paths
  for (auto input = derivation.inputs.begin(); input != derivation.inputs.end();) {
    const auto [place, is_new] =
        chosen.emplace(cache.hash_modulo(input->first).bytes, &input->second);
    if (is_new) {
      ++input;
      continue;
    }
    place->second->insert(input->second.begin(), input->second.end());
    input = derivation.inputs.erase(input);
  }
}

}  // namespace

std::map<std::string, std::string> environment_from(SCM alist) {
  std::map<std::string, std::string> environment;
  for_each(alist, [&](SCM entry) {
    const auto [name, value] = pair_from(entry, "(NAME . VALUE)");
    environment.emplace(string_from(name), bytes_from(value));
  });
  return environment;
}

DerivationOutput output_from_fixed(SCM list) {
  constexpr auto what = "(ALGORITHM HASH RECURSIVE?)";
  DerivationOutput output;
  output.hash = hash_from(list_element(list, 0, what), list_element(list, 1, what));
  output.recursive = scm_is_true(list_element(list, 2, what));
  return output;
}

SCM defer_derivation_object(OpenStore& store, std::shared_ptr<Derivation> derivation) {
  DerivationCache& cache = *store.derivations;
  merge_equal_inputs(*derivation, cache);
  compute_output_paths(*derivation, cache);
  StorePath path = defer_derivation(derivation, cache);
  return make_derivation_object({std::move(path), *derivation, store.derivations});
}

namespace {

// --- making

StorePath input_from(SCM value) {
  return is_derivation_object(value) ? derivation_from(value).path : store_path_from(value);
}

std::map<StorePath, std::set<std::string>> inputs_from(SCM list) {
  std::map<StorePath, std::set<std::string>> inputs;
  for_each(list, [&](SCM entry) {
    auto& outputs = inputs[input_from(list_element(entry, 0, "(DERIVATION OUTPUT ...)"))];
    for_each(SCM_CDR(entry), [&](SCM output) { outputs.insert(string_from(output)); });
  });
  return inputs;
}

std::map<std::string, DerivationOutput> outputs_from(SCM list) {
  std::map<std::string, DerivationOutput> outputs;
  for_each(list, [&](SCM entry) {
    const std::string name =
        string_from(list_element(entry, 0, "(NAME) or (NAME ALGORITHM HASH RECURSIVE?)"));
    SCM fixed = SCM_CDR(entry);
    outputs.insert_or_assign(name,
                             scm_is_null(fixed) ? DerivationOutput{} : output_from_fixed(fixed));
  });
  return outputs;
}

std::vector<std::string> strings_from(SCM list) {
  std::vector<std::string> strings;
  for_each(list, [&](SCM string) { strings.push_back(bytes_from(string)); });
  return strings;
}

SCM make_derivation(SCM store, SCM name, SCM system, SCM builder, SCM arguments, SCM environment,
                    SCM inputs, SCM sources, SCM outputs) {
  auto made = std::make_shared<Derivation>();
  Derivation& derivation = *made;
  derivation.name = string_from(name);
  derivation.system = string_from(system);
  derivation.builder = string_from(builder);
  derivation.arguments = strings_from(arguments);
  derivation.environment = environment_from(environment);
  derivation.inputs = inputs_from(inputs);
  derivation.sources = store_paths_from(sources);
  derivation.outputs = outputs_from(outputs);
  return defer_derivation_object(store_from(store), std::move(made));
}

SCM read_derivation(SCM store, SCM path) {
  StorePath file = store_path_from(path);
  const auto& cache = store_from(store).derivations;
  const auto derivation = cache->read(file);
  return make_derivation_object({std::move(file), *derivation, cache});
}

// --- looking into one

SCM is_derivation(SCM value) {
  return scm_from_bool(is_derivation_object(value));
}

std::shared_ptr<const Derivation> derivation_in(SCM value) {
  return derivation_from(value).read();
}

/// The same for who tells the paths that it refers to: they are in the store from now on.
std::shared_ptr<const Derivation> stored(SCM value) {
  derivation_from(value).settle();
  return derivation_in(value);
}

SCM text_list(const std::vector<std::string>& texts) {
  return make_list(texts, [](const std::string& text) { return make_string(text); });
}

SCM file_name(SCM value) {
  const StoredDerivation& derivation = derivation_from(value);
  derivation.settle();
  return make_store_path_string(derivation.path);
}

template <std::string Derivation::*member>
SCM text_member(SCM value) {
  return make_string((*derivation_in(value)).*member);
}

SCM arguments(SCM value) {
  return text_list(stored(value)->arguments);
}

SCM environment(SCM value) {
  return make_list(derivation_in(value)->environment, [](const auto& variable) {
    return scm_cons(make_string(variable.first), make_string(variable.second));
  });
}

SCM sources(SCM value) {
  return make_list(stored(value)->sources, make_store_path_string);
}

SCM input_list(SCM value) {
  return make_list(stored(value)->inputs, [](const auto& input) {
    return scm_cons(
        make_store_path_string(input.first),
        make_list(input.second, [](const std::string& output) { return make_string(output); }));
  });
}

SCM output_list(SCM value) {
  return make_list(derivation_in(value)->outputs, [](const auto& entry) {
    const auto& [name, output] = entry;
    SCM path = output.path ? make_store_path_string(*output.path) : SCM_BOOL_F;
    SCM algorithm = output.hash ? make_symbol(to_string(output.hash->algorithm)) : SCM_BOOL_F;
    SCM hash = output.hash ? make_bytevector(output.hash->bytes) : SCM_BOOL_F;
    return scm_list_5(make_string(name), path, algorithm, hash, scm_from_bool(output.recursive));
  });
}

SCM is_fixed(SCM value) {
  return scm_from_bool(derivation_in(value)->is_fixed_output());
}

SCM output_path(SCM value, SCM output) {
  const StorePath* path = derivation_from(value).output(string_from(output));
  return path != nullptr ? make_store_path_string(*path) : SCM_BOOL_F;
}

void definitions() {
  define_native<&make_derivation, Refusal::protocol>("make-derivation");
  define_native<&read_derivation, Refusal::protocol>("read-derivation");
  define_native<&is_derivation>("derivation?");
  define_native<&file_name>("derivation-file-name");
  define_native<&text_member<&Derivation::name>>("derivation-name");
  define_native<&text_member<&Derivation::system>>("derivation-system");
  define_native<&text_member<&Derivation::builder>>("derivation-builder");
  define_native<&arguments>("derivation-arguments");
  define_native<&environment>("derivation-environment");
  define_native<&sources>("derivation-sources");
  define_native<&input_list>("derivation-input-list");
  define_native<&output_list>("derivation-output-list");
  define_native<&output_path>("derivation-output-path-of");
  define_native<&is_fixed>("derivation-fixed?");
  define_derivation_text();
}

}  // namespace

void define_derivation_module() {
  define_native_module("nacre derivation", definitions);
}

}  // namespace nacre::guile
