// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/repl.hpp"

#include <unistd.h>

#include "guile/exception.hpp"
#include "guile/guile.hpp"
#include "guile/interrupts.hpp"

namespace nacre::guile {
namespace {

int flush_and_return(int status) {
  call([] { return scm_flush_all_ports(); });
  return status;
}

/// What `run` returns, or the status that Scheme code gave to `exit`.
template <typename Run>
int status_of(Run run) {
  try {
    run();
  } catch (const Exit& exit) {
    return flush_and_return(exit.status());
  } catch (const std::exception&) {
    flush_and_return(0);  // what the program printed comes before what is said of it
    throw;
  }
  return flush_and_return(0);
}

}  // namespace

int run_script(const std::string& file) {
  return status_of([&] { load(file, {}); });
}

int run_repl(bool user_init) {
  if (isatty(STDIN_FILENO) == 0) return run_script("-");
  survive_interrupts();
  return status_of([&] { apply(reference("(nacre repl)", "run-repl"), {to_scheme(user_init)}); });
}

}  // namespace nacre::guile
