// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/native.hpp"

#include <csignal>
#include <exception>

#include "builds/builder.hpp"
#include "guile/convert.hpp"
#include "guile/exception.hpp"
#include "guile/interrupts.hpp"

namespace nacre::guile {
namespace {

SCM symbol_constant(const char* name) {
  return scm_from_utf8_symbol(name);
}

/// What `raise-engine-error` of (nacre errors) takes.
detail::Pending pending_engine_error(const char* kind, const Error& error, SCM code) {
  const auto& location = error.location();
  SCM place = SCM_BOOL_F;
  if (location)
    place = scm_list_3(make_message(location->file), scm_from_int(location->line),
                       scm_from_int(location->column));
  SCM hint = error.hint() ? make_message(*error.hint()) : SCM_BOOL_F;
  return {symbol_constant("nacre-error"),
          scm_list_5(symbol_constant(kind), make_message(error.what()), place, hint, code)};
}

SCM interrupt_arguments(const Interrupted& interrupted) {
  const int signal = interrupted.status() > 128 ? interrupted.status() - 128 : SIGINT;
  return scm_list_4(SCM_BOOL_F, scm_from_utf8_string("User interrupt"), SCM_EOL,
                    scm_list_1(scm_from_int(signal)));
}

}  // namespace

detail::Pending detail::pending_from_current_exception(Refusal refusal) noexcept {
  try {
    throw;
  } catch (const SchemeError& error) {
    passing_through(error);
    return {error.key().get(), error.arguments().get()};
  } catch (const Interrupted& interrupted) {
    interrupt_raised();
    return {symbol_constant("signal"), interrupt_arguments(interrupted)};
  } catch (const SystemError& error) {
    if (!error.hint()) return pending_engine_error("system", error, scm_from_int(error.code()));
    return pending_engine_error("message", error, scm_from_int(error.status()));
  } catch (const BuildError& error) {
    return pending_engine_error("protocol", error, scm_from_int(error.status()));
  } catch (const Error& error) {
    return pending_engine_error(refusal == Refusal::protocol ? "protocol" : "message", error,
                                scm_from_int(error.status()));
  } catch (const std::exception& error) {
    return pending_engine_error("message", Error(std::string(error.what())), scm_from_int(1));
  }
}

void detail::raise(Pending pending) {
  if (scm_is_eq(pending.key, symbol_constant("nacre-error")))
    scm_apply_0(scm_c_public_ref("nacre errors", "raise-engine-error"), pending.arguments);
  throw_scheme(pending.key, pending.arguments);
}

void detail::define(const char* name, int required, int optional, scm_t_subr entry) {
  scm_c_define_gsubr(name, required, optional, 0, entry);
  scm_c_export(name, nullptr);
}

void define_native_module(const char* name, void (*definitions)()) {
  scm_c_define_module(
      name, [](void* data) { reinterpret_cast<void (*)()>(data)(); },
      reinterpret_cast<void*>(definitions));
}

void define_native_value(const char* name, SCM value) {
  scm_c_define(name, value);
  scm_c_export(name, nullptr);
}

}  // namespace nacre::guile
