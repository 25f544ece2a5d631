// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guile/guile.hpp"

namespace nacre::guile {

/// A Scheme exception that came out of `call`: the Error that a user reads, and what was thrown,
/// so that a native procedure between two Scheme ones lets it through unchanged.
class SchemeError : public Error {
 public:
  SchemeError(Error described, const Value& key, const Value& arguments)
      : Error(std::move(described)), key_(key), arguments_(arguments) {}

  const Value& key() const { return key_; }
  const Value& arguments() const { return arguments_; }

 private:
  Value key_;
  Value arguments_;
};

/// The errno of a Scheme `system-error`; 0 for any other exception.
int system_error_code(const SchemeError& error);

/// `(exit STATUS)` was called; nobody but run_script and run_repl expects it.
class Exit : public SchemeError {
 public:
  using SchemeError::SchemeError;
};

/// What is known of an exception when it reaches `call`. Trivial: it lives on the stack only.
struct Caught {
  SCM key = SCM_BOOL_F;
  SCM arguments = SCM_EOL;
  SCM stack = SCM_BOOL_F;   ///< at the point of the throw
  SCM module = SCM_BOOL_F;  ///< that was current there
  SCM form = SCM_BOOL_F;    ///< top-level form of the user's that was being evaluated
};

/// Throws into Scheme what was caught there. No C++ object may be alive.
[[noreturn]] void throw_scheme(SCM key, SCM arguments);

/// Throws what the exception becomes: Interrupted, Exit, or a SchemeError.
[[noreturn]] void throw_caught(const Caught& caught, bool with_backtrace);

/// Notes that `error` is about to be thrown into Scheme again by a native procedure, so that it
/// keeps its description, made where it happened, when it leaves the next `call`.
void passing_through(const SchemeError& error);

/// The fluid that holds the top-level form of the user's file that is being evaluated.
SCM current_form_fluid();

}  // namespace nacre::guile
