// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/interrupts.hpp"

#include <libguile.h>

#include <csignal>

#include "base/interrupt.hpp"

namespace nacre::guile {
namespace {

using Handler = void (*)(int);
Handler engine_handler = nullptr;
Handler guile_handler = nullptr;
bool survives = false;

/// Both only note the signal and return, so that one may follow the other in a signal handler.
void note_for_both(int signal) {
  engine_handler(signal);
  guile_handler(signal);
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

}  // namespace

void survive_interrupts() {
  survives = true;
}

void interrupt_raised() {
  if (survives) forget_interrupt();
}

void deliver_interrupts() {
  engine_handler = handler_of(SIGINT);
  if (engine_handler == SIG_DFL || engine_handler == SIG_IGN) return;  // nobody notes it
  scm_sigaction(scm_from_int(SIGINT),
                scm_c_make_gsubr("interrupt", 1, 0, 0, reinterpret_cast<void*>(leave_scheme)),
                scm_from_int(0));
  guile_handler = handler_of(SIGINT);
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  action.sa_handler = note_for_both;
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace nacre::guile
