// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/interrupts.hpp"

#include <libguile.h>

#include <array>
#include <csignal>

#include "base/interrupt.hpp"
#include "guile/guile.hpp"

namespace nacre::guile {
namespace {

using Handler = void (*)(int);
constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
std::array<Handler, NSIG> engine_handlers{};
std::array<Handler, NSIG> guile_handlers{};
bool survives = false;

/// Both only note the signal and return, so that one may follow the other in a signal handler.
void note_for_both(int signal) {
  engine_handlers[static_cast<std::size_t>(signal)](signal);
  guile_handlers[static_cast<std::size_t>(signal)](signal);
}

/// Runs on the main thread, at a moment when Scheme code may be left.
SCM leave_scheme(SCM signal) {
  if (interrupt_signal() == 0) return SCM_UNSPECIFIED;  // a native procedure was left already
  interrupt_raised();
  scm_error(scm_from_utf8_symbol("signal"), nullptr, "User interrupt", SCM_EOL, scm_list_1(signal));
}

Handler handler_of(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

void deliver(int signal) {
  const auto index = static_cast<std::size_t>(signal);
  static const Value leave(
      scm_c_make_gsubr("interrupt", 1, 0, 0, reinterpret_cast<void*>(leave_scheme)));
  engine_handlers[index] = handler_of(signal);
  if (engine_handlers[index] == SIG_DFL || engine_handlers[index] == SIG_IGN) return;
  scm_sigaction(scm_from_int(signal), leave.get(), scm_from_int(0));
  guile_handlers[index] = handler_of(signal);
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  action.sa_handler = note_for_both;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void deliver_interrupts() {
  for (int signal : signals) deliver(signal);
}

void survive_interrupts() {
  survives = true;
  std::signal(SIGTERM, SIG_DFL);  // these two still mean the end
  std::signal(SIGHUP, SIG_DFL);
}

void interrupt_raised() {
  if (survives) forget_interrupt();
}

}  // namespace nacre::guile
