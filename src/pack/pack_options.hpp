// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

/// The options of packs: one row tells all that there is to know of one. The command line makes its
/// option and its help of it and passes the keyword argument to `pack-derivation`; the language
/// finds the rows in `(nacre format-options)`, checks that the format has a use for the option, and
/// makes the builder's variable. All of this is constant.
namespace nacre {

/// What values an option has.
enum class OptionKind {
  text,
  texts,   ///< repeatable; one a line in the variable
  number,  ///< from `lowest` to `highest`
  file,    ///< the name of a file of this machine; the variable has that of its copy in the store
  flag,
  count,  ///< a flag: how often it is there
};

/// Who makes the builder's variables.
enum class OptionPassing {
  same_name,  ///< the builder gets the value as it is
  by_format,  ///< the Scheme module of the format has something to add
};

struct PackOption {
  std::string_view keyword;  ///< "working-directory": of pack-derivation; the variable's name, too
  std::string_view flags;    ///< "--workdir", as CLI11 takes them
  OptionKind kind;
  std::string_view type;  ///< what the help calls a value: "DIRECTORY"
  std::string_view help;
  OptionPassing passing = OptionPassing::by_format;
  std::string_view what = {};  ///< what it asks for, in messages: "an environment"
  std::string_view item = {};  ///< what one of its texts is, in messages: "environment variable"
  /// Error if the text, one of several, is malformed: what the builder would find when all is
  /// built.
  void (*check)(const std::string& text) = nullptr;
  int lowest = 0;
  int highest = 0;
};

/// Options that the help shows together.
struct PackOptionGroup {
  std::string_view title;  ///< "" if they are among those of all formats
  std::span<const PackOption> options;
};

extern const PackOptionGroup archive_options;
extern const PackOptionGroup root_options;
extern const PackOptionGroup program_options;
extern const PackOptionGroup image_options;
extern const PackOptionGroup package_options;
extern const PackOptionGroup deb_control_options;
extern const PackOptionGroup deb_options;
extern const PackOptionGroup rpm_options;
extern const PackOptionGroup local_state_options;

struct PackFormat {
  std::string_view name;
  std::string_view description;
  std::span<const PackOptionGroup* const> groups;  ///< of options that only some formats have
};

/// In the order of the help.
std::span<const PackFormat> pack_formats();

}  // namespace nacre
