// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.hpp"
#include "builds/repair.hpp"
#include "guile/convert.hpp"
#include "guile/inputs.hpp"
#include "guile/native.hpp"
#include "guile/native/filter.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"
#include "guile/write_code.hpp"
#include "sandbox/workspace.hpp"
#include "store/gc.hpp"

namespace nacre::guile {
namespace {

SCM path_list(const StorePathSet& paths) {
  return make_list(paths, make_store_path_string);
}

// --- the store itself

SCM open_store() {
  SCM store = store_for_programs();
  if (scm_is_false(store)) throw Error("no store is open");
  return store;
}

SCM flush(SCM store) {
  store_from(store).store->flush();
  return SCM_UNSPECIFIED;
}

SCM is_store(SCM value) {
  return scm_from_bool(is_store_object(value));
}

SCM physical_path(SCM store, SCM path) {
  LocalStore& files = *store_from(store).store;
  files.flush();
  return make_string(files.physical(string_from(path)));
}

// --- adding

SCM add_text(SCM store, SCM name, SCM text, SCM references) {
  return make_store_path_string(store_from(store).store->add_text(
      string_from(name), bytes_from(text), store_paths_from(references)));
}

SCM add_texts(SCM store, SCM texts) {
  std::vector<Store::Text> list;
  for_each(texts, [&](SCM text) {
    constexpr auto what = "(NAME TEXT REFERENCES)";
    list.push_back({string_from(list_element(text, 0, what)),
                    bytes_from(list_element(text, 1, what)),
                    store_paths_from(list_element(text, 2, what))});
  });
  return make_list(store_from(store).store->add_texts(list), make_store_path_string);
}

SCM defer_code(SCM store, SCM name, SCM code) {
  return make_store_path_string(store_from(store).store->defer_text(
      Store::Text{string_from(name), write_code(code), {}, {}}));
}

SCM add_path(SCM store, SCM name, SCM file, SCM recursive, SCM algorithm, SCM select) {
  note_input(InputKind::tree, string_from(file));
  return make_store_path_string(store_from(store).store->add_path(
      string_from(name), absolute_path(string_from(file)), scm_is_true(recursive),
      algorithm_from(algorithm), path_filter(select)));
}

// --- asking

/// Whether it is built like a store path, whatever the digits of its hash are.
bool looks_like_store_path(std::string_view text) {
  constexpr std::size_t hash_length = 32;
  const std::size_t begin = store_directory.size() + 1;
  return text.starts_with(store_directory) && text.find('/', begin) == text.npos &&
         text.size() > begin + hash_length && text[begin + hash_length] == '-';
}

SCM path_valid(SCM store, SCM path) {
  const std::string text = string_from(path);
  if (!StorePath::is_valid(text) && looks_like_store_path(text)) return SCM_BOOL_F;
  return scm_from_bool(store_from(store).store->is_valid(StorePath(text)));
}

SCM references(SCM store, SCM path) {
  return path_list(store_from(store).store->references(store_path_from(path)));
}

SCM referrers(SCM store, SCM path) {
  return path_list(store_from(store).store->referrers(store_path_from(path)));
}

SCM requisites(SCM store, SCM paths) {
  return path_list(store_from(store).store->requisites(store_paths_from(paths)));
}

SCM derivers(SCM store, SCM path) {
  return path_list(store_from(store).store->derivers(store_path_from(path)));
}

SCM valid_paths(SCM store) {
  return path_list(store_from(store).store->all_valid_paths());
}

SCM path_info(SCM store, SCM path) {
  const auto info = store_from(store).store->query_path_info(store_path_from(path));
  if (!info) return SCM_BOOL_F;
  return scm_list_5(make_bytevector(info->nar_hash.bytes), scm_from_uint64(info->nar_size),
                    path_list(info->references),
                    info->deriver ? make_store_path_string(*info->deriver) : SCM_BOOL_F,
                    scm_from_int64(info->registration_time));
}

SCM find_hash_part(SCM store, SCM hash_part) {
  const auto path = store_from(store).store->find_by_hash_part(string_from(hash_part));
  return path ? make_store_path_string(*path) : SCM_BOOL_F;
}

// --- roots and garbage

SCM add_temporary_root(SCM store, SCM path) {
  store_from(store).store->add_temp_root(store_path_from(path));
  return SCM_UNSPECIFIED;
}

SCM add_indirect_root(SCM store, SCM link) {
  store_from(store).store->note_indirect_root(absolute_path(string_from(link)));
  return SCM_UNSPECIFIED;
}

SCM add_permanent_root(SCM store, SCM path) {
  store_from(store).store->add_permanent_root(store_path_from(path));
  return SCM_UNSPECIFIED;
}

SCM roots(SCM store) {
  return make_list(store_from(store).store->find_roots(), [](const auto& root) {
    return scm_cons(make_string(root.first), make_store_path_string(root.second));
  });
}

GcOptions::Action gc_action_from(SCM action) {
  const std::string name = symbol_from(action);
  if (name == "live") return GcOptions::Action::return_live;
  if (name == "dead") return GcOptions::Action::return_dead;
  if (name == "delete") return GcOptions::Action::delete_dead;
  if (name == "delete-specific") return GcOptions::Action::delete_specific;
  throw Error("'{}' is not an action of the garbage collector", name);
}

SCM collect(SCM store, SCM action, SCM paths, SCM max_freed) {
  GcOptions options;
  options.action = gc_action_from(action);
  options.paths_to_delete = store_paths_from(paths);
  if (!is_unset(max_freed))
    options.max_freed = count_from(max_freed, "the number of bytes to free");
  OpenStore& target = store_from(store);
  // As with a daemon, the temporary roots of a process do not protect from a collection that it
  // requests itself.
  if (options.action != GcOptions::Action::return_live) target.store->release_temp_roots();
  if (options.action == GcOptions::Action::delete_dead)
    Workspace::remove_stale(target.store->layout());
  const GcResult result = collect_garbage(*target.store, options, *target.reporter);
  return scm_values(scm_list_2(make_list(result.paths, make_store_path_string),
                               scm_from_uint64(result.bytes_freed)));
}

SCM verify(SCM store, SCM check_contents, SCM repair) {
  VerifyOptions options;
  options.check_contents = scm_is_true(check_contents);
  options.repair = scm_is_true(repair);
  OpenStore& target = store_from(store);
  options.repairer = [&](const StorePath& path, const StorePathSet& damaged) {
    return repair_item(*target.store, *target.derivations, path, damaged, *target.build_options,
                       *target.reporter);
  };
  return scm_from_bool(verify_store(*target.store, options, *target.reporter).ok());
}

// --- names

SCM store_path(SCM type, SCM hash, SCM name) {
  return make_store_path_string(make_store_path(
      string_from(type), hash_from(make_symbol("sha256"), hash), string_from(name)));
}

SCM output_path(SCM output, SCM hash, SCM name) {
  return make_store_path_string(make_output_path(
      string_from(output), hash_from(make_symbol("sha256"), hash), string_from(name)));
}

SCM fixed_output_path(SCM name, SCM hash, SCM algorithm, SCM recursive) {
  return make_store_path_string(make_fixed_output_path(
      scm_is_true(recursive), hash_from(algorithm, hash), string_from(name)));
}

SCM text_path(SCM name, SCM text, SCM references) {
  return make_store_path_string(make_text_path(string_from(name),
                                               hash_bytes(HashAlgorithm::sha256, bytes_from(text)),
                                               store_paths_from(references)));
}

template <auto function>
void define(const char* name, int optional = 0) {
  define_native<function, Refusal::protocol>(name, optional);
}

/// Where the state of the store lies; as in an installation while none is open: modules that tell
/// it are loaded by the compiler, too.
SCM state_directory() {
  SCM open = store_for_programs();
  return make_string(scm_is_true(open) ? store_from(open).store->layout().state
                                       : StoreLayout{}.state);
}

void definitions() {
  define<&state_directory>("state-directory");
  define<&open_store>("open-store");
  define<&flush>("store-flush!");
  define<&is_store>("store?");
  define<&physical_path>("store-physical-path");
  define<&add_text>("store-add-text!");
  define<&add_texts>("store-add-texts!");
  define<&defer_code>("store-defer-code!");
  define<&add_path>("store-add-path!", 1);
  define<&path_valid>("store-path-valid?");
  define<&references>("store-references");
  define<&referrers>("store-referrers");
  define<&requisites>("store-requisites");
  define<&derivers>("store-derivers");
  define<&valid_paths>("store-valid-paths");
  define<&path_info>("store-path-info");
  define<&find_hash_part>("store-find-hash-part");
  define<&add_temporary_root>("store-add-temporary-root!");
  define<&add_indirect_root>("store-add-indirect-root!");
  define<&add_permanent_root>("store-add-permanent-root!");
  define<&roots>("store-roots");
  define<&collect>("store-collect-garbage!", 1);
  define<&verify>("store-verify!");
  define<&store_path>("make-store-path");
  define<&output_path>("make-output-path");
  define<&fixed_output_path>("make-fixed-output-path");
  define<&text_path>("make-text-path");
}

}  // namespace

void define_store_module() {
  define_object_types();
  define_native_module("nacre store", definitions);
}

}  // namespace nacre::guile
