// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include <string>
#include <string_view>
#include <unordered_set>

namespace nacre::guile {

/// Remembers what (guix gexp lowering) tells about its types, an alist; what follows needs it. The
/// fields of the records, which are read here by position, are checked once and for all.
SCM set_gexp_types(SCM things);

/// One walk over what a g-expression refers to. Objects are lowered by Scheme, which learns which
/// ones are missing, so the graph of packages may be as deep as it likes; g-expressions that are
/// nested too deeply are an Error. Lives on the stack, where the collector sees what it holds.
class Lowering {
 public:
  /// `table`: object → list of (LOWERED SYSTEM . TARGET).
  Lowering(SCM store, SCM table, SCM system);

  /// The code of a gexp, or of what can stand in one; of no meaning unless the walk is complete.
  SCM code_of(SCM thing, SCM target);

  bool is_complete() const { return scm_is_null(missing_); }
  /// List of #(OBJECT SYSTEM TARGET LOCATION), none twice.
  SCM missing() const { return missing_; }

  // What the code needs and makes, in order.
  SCM inputs() const { return scm_reverse(inputs_); }    ///< list of (DERIVATION . OUTPUT)
  SCM sources() const { return scm_reverse(sources_); }  ///< list of store paths
  SCM outputs() const { return scm_reverse(outputs_); }  ///< list of names

 private:
  SCM code_of_gexp(SCM gexp, SCM target);
  SCM code_of(SCM thing, SCM output, SCM target, SCM location);
  SCM code_of_input(SCM input, SCM target);
  SCM code_of_output(SCM name);
  SCM code_of_list(SCM list, SCM target, SCM location);
  SCM code_of_object(SCM object, SCM output, SCM target, SCM location);
  SCM code_of_parameterized(SCM object, SCM output, SCM target, SCM location);
  SCM expand_by_default(SCM lowered, SCM output, SCM location);

  /// What `object` was lowered to; `fully` when it is to be a derivation or a store path. Undefined
  /// when that is not known, and on the list of what is missing.
  SCM lower(SCM object, SCM target, SCM location, bool fully);
  void note_missing(SCM object, SCM target, SCM location);

  void need(SCM lowered, SCM output, SCM location);
  void need_derivation(SCM value, SCM output, SCM location);
  /// A literal counts when it is exactly a store path.
  void need_if_store_path(SCM string);
  void need_if_in_store(SCM string);

  SCM store_;
  SCM table_;
  SCM system_;
  SCM out_ = scm_from_utf8_string("out");
  SCM inputs_ = SCM_EOL;
  SCM sources_ = SCM_EOL;
  SCM outputs_ = SCM_EOL;
  SCM missing_ = SCM_EOL;
  std::unordered_set<std::string> seen_;
  int depth_ = 0;
};

/// The lists in `field`, "modules" or "extensions", of the gexps in `thing`, as one: a gexp's own
/// before those of the gexps that it refers to, of which the last comes first; those in a list in
/// order.
SCM gather_gexp_lists(SCM thing, std::string_view field);

}  // namespace nacre::guile
