// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The variables that programs of a profile need, and environments made of them. Pure functions,
/// but for the file that one reads.
namespace nacre::cli {

/// Set for programs of an environment: its profile, or, with --link-profile, the link to it.
inline constexpr std::string_view environment_variable = "GUIX_ENVIRONMENT";
/// Set beside it in the second case: the profile itself, as a store path.
inline constexpr std::string_view linked_environment_variable = "NACRE_LINKED_ENVIRONMENT";

/// A search path of a profile, evaluated.
struct ProfileValue {
  std::string name;
  std::string separator;  ///< empty: the variable holds one file, and replaces the former value
  std::string value;
};

/// Reads the text of a profile's `etc/profile`, ours or Guix's, in which the packages' search paths
/// stand as they were evaluated when the profile was made. `profile` is what values begin with.
/// Error, which quotes the line, for any other text.
std::vector<ProfileValue> parse_profile_variables(std::string_view text, std::string_view profile);

/// The same of the profile that lies at `directory`; none if it has no `etc/profile`.
std::vector<ProfileValue> read_profile_variables(const std::string& directory,
                                                 std::string_view profile);

using Environment = std::map<std::string, std::string>;

/// This process's variables.
Environment current_environment();

/// Which variables a pure environment keeps.
class PreservedVariables {
 public:
  /// Those whose name one of `patterns`, extended regular expressions, matches somewhere. Error if
  /// one is malformed.
  explicit PreservedVariables(const std::vector<std::string>& patterns);
  ~PreservedVariables();
  PreservedVariables(const PreservedVariables&) = delete;
  PreservedVariables& operator=(const PreservedVariables&) = delete;

  bool matches(const std::string& name) const;

 private:
  struct Pattern;
  std::vector<Pattern> patterns_;
};

/// Leaves what is preserved, and what every program needs: HOME, USER, TERM, …
void purify(Environment& environment, const PreservedVariables& preserved);

/// Sets the values; `augment` says whether they come before what the variables hold already.
void apply_profile(Environment& environment, const std::vector<ProfileValue>& values, bool augment);

/// "export PATH="/gnu/store/…/bin${PATH:+:}$PATH"", for a shell to read.
std::string shell_definition(const ProfileValue& value, bool augment);

}  // namespace nacre::cli
