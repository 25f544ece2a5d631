// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/exception.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include "guile/convert.hpp"

namespace nacre::guile {
namespace {

bool is_key(SCM key, const char* name) {
  return scm_is_symbol(key) && scm_is_eq(key, scm_from_utf8_symbol(name));
}

/// Runs `body(data)`, giving #f when it throws.
SCM quietly(SCM (*body)(void*), void* data) {
  return scm_internal_catch(
      SCM_BOOL_T, body, data, [](void*, SCM, SCM) { return SCM_BOOL_F; }, nullptr);
}

/// (message file line column hint status backtrace), or #f when even that goes wrong.
SCM description(const Caught& caught, bool with_backtrace) {
  struct Arguments {
    const Caught& caught;
    bool with_backtrace;
  } arguments{caught, with_backtrace};
  return quietly(
      [](void* data) {
        const auto& [caught, with_backtrace] = *static_cast<Arguments*>(data);
        return scm_apply_0(scm_c_public_ref("nacre errors", "describe-exception"),
                           scm_list_n(caught.key, caught.arguments, caught.stack, caught.module,
                                      caught.form, scm_from_bool(with_backtrace), SCM_UNDEFINED));
      },
      &arguments);
}

std::string bare_text(const Caught& caught) {
  struct Pair {
    SCM key, arguments;
  } pair{caught.key, caught.arguments};
  SCM text = quietly(
      [](void* data) {
        const auto* pair = static_cast<Pair*>(data);
        return scm_object_to_string(scm_cons(pair->key, pair->arguments), SCM_UNDEFINED);
      },
      &pair);
  return scm_is_string(text) ? string_from(text) : "a Scheme exception that cannot be printed";
}

Error described(const Caught& caught, bool with_backtrace) {
  SCM parts = description(caught, with_backtrace);
  if (scm_is_false(parts)) return Error(bare_text(caught));
  const auto part = [&](std::size_t i) { return list_element(parts, i, "an error's description"); };
  std::string message = string_from(part(0));
  if (!is_unset(part(6))) message += "\n" + string_from(part(6));
  Error error = Error(message).status(static_cast<int>(integer_from(part(5))));
  if (!is_unset(part(1)))
    error = Error(error).at({string_from(part(1)), static_cast<int>(integer_from(part(2))),
                             static_cast<int>(integer_from(part(3)))});
  if (!is_unset(part(4))) error = Error(error).hint(string_from(part(4)));
  return error;
}

/// The number in the last argument of a `signal` or `system-error` exception, its list of data.
std::optional<int> number_in_data(SCM arguments) {
  SCM last = SCM_EOL;
  for (; scm_is_pair(arguments); arguments = SCM_CDR(arguments)) last = SCM_CAR(arguments);
  if (!scm_is_pair(last) || !scm_is_signed_integer(SCM_CAR(last), 1, 4096)) return {};
  return scm_to_int(SCM_CAR(last));
}

int exit_status(SCM arguments) {
  if (!scm_is_pair(arguments)) return 0;
  SCM status = SCM_CAR(arguments);
  if (scm_is_signed_integer(status, 0, 255)) return scm_to_int(status);
  return scm_is_false(status) ? 1 : 0;
}

std::optional<SchemeError>& last_passing_through() {
  static std::optional<SchemeError> error;
  return error;
}

/// Whether it is the exception that was thrown into Scheme again: the very same objects, in a list
/// that Guile made again.
bool is_same(const SchemeError& error, const Caught& caught) {
  if (!scm_is_eq(error.key().get(), caught.key)) return false;
  SCM before = error.arguments().get();
  SCM now = caught.arguments;
  for (; scm_is_pair(before) && scm_is_pair(now); before = SCM_CDR(before), now = SCM_CDR(now))
    if (!scm_is_eq(SCM_CAR(before), SCM_CAR(now))) return false;
  return scm_is_null(before) && scm_is_null(now);
}

}  // namespace

void throw_scheme(SCM key, SCM arguments) {
  if (is_key(key, "%exception"))
    scm_apply_0(scm_c_public_ref("guile", "raise-exception"), arguments);
  scm_throw(key, arguments);
}

void passing_through(const SchemeError& error) {
  last_passing_through() = error;
}

int system_error_code(const SchemeError& error) {
  if (!is_key(error.key().get(), "system-error")) return 0;
  return number_in_data(error.arguments().get()).value_or(0);
}

void throw_caught(const Caught& caught, bool with_backtrace) {
  if (is_key(caught.key, "signal")) {
    throw Interrupted(128 + number_in_data(caught.arguments).value_or(SIGINT));
  }
  if (is_key(caught.key, "quit")) {
    const int status = exit_status(caught.arguments);
    throw Exit(Error("the program called (exit {})", status).status(status), Value(caught.key),
               Value(caught.arguments));
  }
  const std::optional<SchemeError> before = std::exchange(last_passing_through(), std::nullopt);
  if (before && is_same(*before, caught)) throw SchemeError(*before);
  throw SchemeError(described(caught, with_backtrace), Value(caught.key), Value(caught.arguments));
}

SCM current_form_fluid() {
  static const Value fluid(scm_make_fluid_with_default(SCM_BOOL_F));
  return fluid.get();
}

}  // namespace nacre::guile
