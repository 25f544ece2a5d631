// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/generations.hpp"

#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"
#include "profile/user_profile.hpp"
#include "sandbox/relocation.hpp"

namespace nacre::guile {
namespace {

SCM number_value(std::uint64_t number) {
  return scm_from_uint64(number);
}

GenerationNumber number_from(SCM value) {
  return count_from(value, "the number of a generation");
}

/// The places of this user's profiles; as in an installation while no store is open.
UserProfiles user_profiles() {
  const SCM open = store_for_programs();
  return {scm_is_true(open) ? store_from(open).store->layout() : StoreLayout{}, outside_path};
}

SCM number_of_generation(SCM profile, SCM base) {
  return number_value(Generations(string_from(base)).number_of(string_from(profile)));
}

SCM numbers_of_generations(SCM profile) {
  return make_list(Generations(string_from(profile)).numbers(), number_value);
}

SCM time_of_generation(SCM profile, SCM number) {
  return scm_from_int64(Generations(string_from(profile)).time(number_from(number)));
}

SCM switch_generation(SCM profile, SCM number) {
  Generations(string_from(profile)).switch_to(number_from(number));
  return SCM_UNSPECIFIED;
}

SCM set_generation(SCM profile, SCM number, SCM item) {
  Generations(string_from(profile)).set(number_from(number), store_path_from(item));
  return SCM_UNSPECIFIED;
}

SCM remove_generation(SCM profile, SCM number) {
  Generations(string_from(profile)).remove(number_from(number));
  return SCM_UNSPECIFIED;
}

SCM profile_directory() {
  return make_string(user_profiles().directory());
}

SCM user_profile_link() {
  const std::string link = user_profiles().shorthand();
  return link.empty() ? SCM_BOOL_F : make_string(link);
}

SCM make_profile_directory() {
  user_profiles().prepare();
  return SCM_UNSPECIFIED;
}

SCM canonicalize_profile(SCM profile) {
  return make_string(user_profiles().canonical(string_from(profile)));
}

SCM friendly_profile_name(SCM profile) {
  return make_string(user_profiles().friendly(string_from(profile)));
}

void definitions() {
  define_native<&number_of_generation>("number-of-generation");
  define_native<&numbers_of_generations>("numbers-of-generations");
  define_native<&time_of_generation>("time-of-generation");
  define_native<&switch_generation>("switch-generation!");
  define_native<&set_generation>("set-generation!");
  define_native<&remove_generation>("remove-generation!");
  define_native<&profile_directory>("profile-directory");
  define_native<&user_profile_link>("user-profile-link");
  define_native<&make_profile_directory>("make-profile-directory!");
  define_native<&canonicalize_profile>("canonicalize-profile");
  define_native<&friendly_profile_name>("friendly-profile-name");
}

}  // namespace

void define_generations_module() {
  define_native_module("nacre generations", definitions);
}

}  // namespace nacre::guile
