// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libguile.h>

#include "guile/guile.hpp"

/// How C++ functions become Scheme procedures. A function takes and returns SCM values and may
/// throw: the exception is caught, its frames are unwound, and only then is the Scheme condition
/// raised. It must not let a Scheme exit through itself: convert.hpp, and `call` for callbacks.
namespace nacre::guile {

/// What the condition of an Error is: `&message`, or `&store-protocol-error` for what the store or
/// a build refuses (docs/contract.md).
enum class Refusal { message, protocol };

namespace detail {

/// A Scheme exception that was caught, or an exception of ours in its form. Trivial on purpose.
struct Pending {
  SCM key;
  SCM arguments;
};

/// What the exception being handled becomes; call inside of a catch block.
Pending pending_from_current_exception(Refusal refusal) noexcept;
[[noreturn]] void raise(Pending pending);

template <auto function, Refusal refusal, typename Signature>
struct Entry;

template <auto function, Refusal refusal, typename... Arguments>
struct Entry<function, refusal, SCM (*)(Arguments...)> {
  static constexpr int arity = sizeof...(Arguments);
  static SCM enter(Arguments... arguments) {
    Pending pending;
    try {
      return function(arguments...);
    } catch (...) {
      pending = pending_from_current_exception(refusal);
    }
    raise(pending);
  }
};

void define(const char* name, int required, int optional, scm_t_subr entry);

}  // namespace detail

/// Defines and exports procedure `name`, whose last `optional` arguments may be left out, in the
/// module that is being made.
template <auto function, Refusal refusal = Refusal::message>
void define_native(const char* name, int optional = 0) {
  using Entry = detail::Entry<function, refusal, decltype(function)>;
  detail::define(name, Entry::arity - optional, optional,
                 reinterpret_cast<scm_t_subr>(&Entry::enter));
}

/// Makes module `name` ("nacre hash"), `definitions` calling define_native.
void define_native_module(const char* name, void (*definitions)());

/// Defines and exports a value in the module that is being made.
void define_native_value(const char* name, SCM value);

}  // namespace nacre::guile
