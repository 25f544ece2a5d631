// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <deque>
#include <string>
#include <vector>

#include "guile/guile.hpp"
#include "pack/pack_options.hpp"

namespace nacre::cli {

/// What the command line says of the options of packs.
class PackOptions {
 public:
  /// Adds the options of `group` to the command, which keeps pointers into this.
  void add(CLI::App& command, const PackOptionGroup& group);

  /// Error if a value is malformed: the builder would say so, but only when all is built.
  void check() const;

  /// Appends pack-derivation's keyword arguments for what was given.
  void append_keywords(std::vector<guile::Value>& arguments) const;

 private:
  /// An option, and what was given for it: in the variable of its kind.
  struct Given {
    const PackOption& option;
    std::string text;  ///< of a file, too
    std::vector<std::string> texts;
    unsigned number = 0;  ///< of a count, too; 0 stands for none
    bool flag = false;
  };

  static void add_option(CLI::App& command, Given& given);
  static bool is_given(const Given& given);
  static guile::Value value(const Given& given);

  std::deque<Given> all_;
};

}  // namespace nacre::cli
