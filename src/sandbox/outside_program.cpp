// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/outside_program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/pipe.hpp"

namespace nacre {
namespace {

/// What the process that was split off does: it waits for a command line, of which each argument
/// ends with a NUL, and becomes that program. Nothing comes if there is nothing to run.
[[noreturn]] void wait_and_run(int command, int output) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  std::string text = read_fd(command);
  if (text.empty()) _exit(0);
  std::vector<char*> argv;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\0', begin) + 1)
    argv.push_back(text.data() + begin);
  argv.push_back(nullptr);
  UniqueFd nothing = open_file("/dev/null", O_RDONLY);
  dup2(nothing.get(), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  execvp(argv[0], argv.data());
  std::perror(argv[0]);
  _exit(127);
}

}  // namespace

OutsideProgram::OutsideProgram() {
  Pipe command, output;
  pid_ = fork();
  if (pid_ < 0) throw_errno("starting a process");
  if (pid_ == 0) {
    command.write_end.reset();
    try {
      wait_and_run(command.read_end.get(), output.write_end.get());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "nacre: %s\n", error.what());
      _exit(127);
    }
  }
  command_ = std::move(command.write_end);
  output_ = std::move(output.read_end);
}

OutsideProgram::~OutsideProgram() {
  if (pid_ < 0) return;
  kill(pid_, SIGTERM);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

CommandResult OutsideProgram::run(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& argument : argv) text.append(argument).push_back('\0');
  write_fully(command_.get(), text);
  command_.reset();
  CommandResult result;
  result.output = read_fd(output_.get());
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw_errno("waiting for a program");
  }
  pid_ = -1;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace nacre
