// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/startup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>

#include "base/progress_output.hpp"
#include "base/progress_text.hpp"

namespace nacre {
namespace {

/// With the mode that nobody uses there: what was closed does not read as an empty file, nor
/// swallow what is written.
void occupy(int fd) {
  if (fcntl(fd, F_GETFD) >= 0) return;
  int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  if (opened < 0) opened = open("/", O_PATH);  // neither read nor written
  if (opened < 0) std::abort();
}

std::string uncaught_reason() {
  const std::exception_ptr exception = std::current_exception();
  if (!exception) return "it ended unexpectedly";
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return progress_text::sanitize(error.what(), true);
  } catch (...) {
    return "an unknown exception";
  }
}

[[noreturn]] void report_and_abort() noexcept {
  write_to_terminal(STDERR_FILENO,
                    "nacre: internal error: " + uncaught_reason() +
                        "\nhint: this is a fault of nacre; please report it, with the command and "
                        "this message\n");
  std::abort();
}

}  // namespace

void prepare_process() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) occupy(fd);
  // A handler, unlike SIG_IGN, does not outlive execve.
  struct sigaction nothing {};
  nothing.sa_handler = [](int) {};
  nothing.sa_flags = SA_RESTART;
  sigemptyset(&nothing.sa_mask);
  sigaction(SIGPIPE, &nothing, nullptr);
  std::set_terminate(report_and_abort);
}

}  // namespace nacre
