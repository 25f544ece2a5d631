// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "base/pipe.hpp"
#include "base/sink.hpp"

namespace nacre {
namespace {

using namespace std::chrono_literals;

/// posix_spawn's parameters, freed when this goes away.
struct SpawnSetup {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  /// Signals that we ignore or block must not be ignored or blocked there.
  void reset_signals() {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
};

/// A file without a name that holds `text`, to be read from its start.
UniqueFd memory_file(const std::string& text) {
  UniqueFd fd(memfd_create("input", MFD_CLOEXEC));
  if (!fd) throw_errno("creating a file in memory");
  write_fully(fd.get(), text);
  if (lseek(fd.get(), 0, SEEK_SET) != 0) throw_errno("rewinding a file in memory");
  return fd;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

std::string required_program(const std::string& name) {
  auto program = find_program(name);
  if (!program) throw SystemError(ENOENT, fmt::format("running '{}'", name));
  return *program;
}

pid_t start(const Command& command, const std::string& program, SpawnSetup& setup) {
  if (!command.directory.empty())
    posix_spawn_file_actions_addchdir_np(&setup.actions, command.directory.c_str());
  std::vector<std::string> variables;
  if (command.environment)
    for (const auto& [name, value] : *command.environment)
      variables.push_back(fmt::format("{}={}", name, value));
  auto environment = pointers(variables);
  std::vector<std::string> argv = command.argv;
  auto arguments = pointers(argv);
  pid_t pid = -1;
  int failure = posix_spawn(&pid, program.c_str(), &setup.actions, &setup.attributes,
                            arguments.data(), command.environment ? environment.data() : environ);
  if (failure != 0) throw SystemError(failure, fmt::format("running '{}'", argv[0]));
  return pid;
}

int exit_status(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/// Signals of the terminal's keys do nothing to this process while this lives.
class IgnoredKeys {
 public:
  IgnoredKeys() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < keys.size(); ++i) sigaction(keys.at(i), &ignore, &before_.at(i));
  }
  ~IgnoredKeys() {
    for (std::size_t i = 0; i < keys.size(); ++i) sigaction(keys.at(i), &before_.at(i), nullptr);
  }
  IgnoredKeys(const IgnoredKeys&) = delete;
  IgnoredKeys& operator=(const IgnoredKeys&) = delete;

 private:
  static constexpr std::array<int, 2> keys{SIGINT, SIGQUIT};
  std::array<struct sigaction, 2> before_{};
};

/// A child process that does not outlive this object.
class Child {
 public:
  explicit Child(const Command& command) : name_(command.argv.at(0)) {
    const std::string program = required_program(name_);
    SpawnSetup setup;
    setup.reset_signals();
    UniqueFd input;
    if (command.input.empty()) {
      posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0);
    } else {
      input = memory_file(command.input);
      posix_spawn_file_actions_adddup2(&setup.actions, input.get(), 0);
    }
    posix_spawn_file_actions_adddup2(&setup.actions, output_.write_end.get(), 1);
    posix_spawn_file_actions_adddup2(&setup.actions, error_.write_end.get(), 2);
    pid_ = start(command, program, setup);
    output_.write_end.reset();
    error_.write_end.reset();
  }

  ~Child() {
    if (reaped_) return;
    kill(pid_, SIGTERM);
    for (auto waited = 0ms; waited < 2s; waited += 10ms) {
      if (waitpid(pid_, nullptr, WNOHANG) != 0) return;
      poll(nullptr, 0, 10);
    }
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Both outputs to their ends. Another thread may be the one that gets the signal: hence the
  /// time limit.
  void collect(CommandResult& result) {
    std::array<pollfd, 2> ends{
        {{output_.read_end.get(), POLLIN, 0}, {error_.read_end.get(), POLLIN, 0}}};
    std::array<std::string*, 2> texts{&result.output, &result.error};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
      check_interrupted();
      int ready = poll(ends.data(), ends.size(), 100);
      if (ready < 0 && errno != EINTR) throw_errno("waiting for a command's output");
      if (ready <= 0) continue;
      for (std::size_t i = 0; i < ends.size(); ++i)
        if (ends[i].revents != 0 && !read_some(ends[i].fd, *texts[i])) ends[i].fd = -1;
    }
  }

  int wait() {
    int status = 0;
    for (auto pause = 1ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 50ms)) {
      check_interrupted();
      pid_t found = waitpid(pid_, &status, WNOHANG);
      if (found == pid_) break;
      if (found < 0 && errno != EINTR) throw_errno(fmt::format("waiting for '{}'", name_));
      poll(nullptr, 0, static_cast<int>(pause.count()));
    }
    reaped_ = true;
    return exit_status(status);
  }

 private:
  static bool read_some(int fd, std::string& text) {
    std::array<char, 65536> buffer;
    std::size_t count = FdSource(fd).read(buffer.data(), buffer.size());
    text.append(buffer.data(), count);
    return count > 0;
  }

  std::string name_;
  Pipe output_;
  Pipe error_;
  pid_t pid_ = -1;
  bool reaped_ = false;
};

}  // namespace

CommandResult run_command(const Command& command) {
  Child child(command);
  CommandResult result;
  child.collect(result);
  result.status = child.wait();
  return result;
}

int run_in_foreground(const Command& command) {
  const std::string program = required_program(command.argv.at(0));
  SpawnSetup setup;
  setup.reset_signals();
  UniqueFd input;
  if (!command.input.empty()) {
    input = memory_file(command.input);
    posix_spawn_file_actions_adddup2(&setup.actions, input.get(), 0);
  }
  const IgnoredKeys ignored;
  const pid_t pid = start(command, program, setup);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) throw_errno(fmt::format("waiting for '{}'", command.argv[0]));
  return exit_status(status);
}

std::optional<std::string> find_program(const std::string& name) {
  auto runnable = [](const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos)
    return runnable(name) ? std::optional(name) : std::nullopt;
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable ? variable : "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    std::size_t colon = rest.find(':');
    std::string_view directory = rest.substr(0, colon);
    std::string path = fmt::format("{}/{}", directory.empty() ? "." : directory, name);
    if (!name.empty() && runnable(path)) return path;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

std::string describe_wait_status(int wait_status) {
  if (WIFEXITED(wait_status)) return fmt::format("exited with status {}", WEXITSTATUS(wait_status));
  if (!WIFSIGNALED(wait_status)) return fmt::format("ended with wait status {}", wait_status);
  int signal = WTERMSIG(wait_status);
  const char* description = sigdescr_np(signal);
  return fmt::format("was killed by signal {} ({})", signal, description ? description : "unknown");
}

}  // namespace nacre
