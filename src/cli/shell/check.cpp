// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/shell/check.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "cli/shell/launch.hpp"
#include "cli/user_directories.hpp"
#include "sandbox/relocation.hpp"

namespace nacre::cli {

namespace {

constexpr std::string_view end_mark = "NACRE-CHECK-DONE";

/// 'set' is for shells without 'env'; 'read' keeps the terminal until all is read.
constexpr std::string_view script =
    "env || /usr/bin/env || set; echo NACRE-CHECK-DONE; read x; exit\n";

/// A terminal without a screen: the shell is on one side, we on the other.
struct Terminal {
  UniqueFd ours{posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  std::string name;

  Terminal() {
    std::array<char, 100> text{};
    if (!ours || grantpt(ours.get()) != 0 || unlockpt(ours.get()) != 0 ||
        ptsname_r(ours.get(), text.data(), text.size()) != 0)
      throw_errno("making a terminal");
    name = text.data();
  }
};

[[noreturn]] void be_shell(const Terminal& terminal, const Environment& variables) {
  setsid();
  const int fd = open(terminal.name.c_str(), O_RDWR);
  if (fd < 0) _exit(1);
  ioctl(fd, TIOCSCTTY, 0);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(fd, standard);
  if (fd > STDERR_FILENO) close(fd);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
  _exit(execute({user_shell()}, variables, ""));
}

bool has_line(const std::string& text, std::string_view line) {
  for (std::size_t at = text.find(line); at != std::string::npos; at = text.find(line, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '\n';
    const std::size_t end = at + line.size();
    if (begins && end < text.size() && (text[end] == '\r' || text[end] == '\n')) return true;
  }
  return false;
}

/// All that the shell prints up to the mark.
std::string talk(int terminal) {
  write_fully(terminal, script);
  std::string text;
  std::array<char, 4096> buffer;
  while (!has_line(text, end_mark)) {
    const ssize_t size = read(terminal, buffer.data(), buffer.size());
    check_interrupted();
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;  // it has ended
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return text;
}

Environment ask_shell(const Environment& variables) {
  const Terminal terminal;
  const pid_t shell = fork();
  if (shell < 0) throw_errno("starting a shell");
  if (shell == 0) be_shell(terminal, variables);
  Environment actual;
  try {
    actual = parse_variables(talk(terminal.ours.get()));
  } catch (...) {
    kill(shell, SIGKILL);
    waitpid(shell, nullptr, 0);
    throw;
  }
  kill(shell, SIGHUP);
  kill(shell, SIGKILL);
  while (waitpid(shell, nullptr, 0) < 0 && errno == EINTR) continue;
  return actual;
}

/// One that looks the same inside as outside.
bool has_same_prompt(const Environment& actual) {
  const char* outside = std::getenv("PS1");
  const auto prompt = actual.find("PS1");
  return outside != nullptr && prompt != actual.end() && prompt->second == outside &&
         prompt->second.find("GUIX_ENVIRONMENT") == std::string::npos;
}

}  // namespace

Environment parse_variables(std::string_view text) {
  Environment variables;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && equals > 0)
      variables[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  return variables;
}

std::vector<std::string> compare_variables(const std::vector<ProfileValue>& expected,
                                           const std::string& profile, const Environment& actual) {
  std::vector<std::string> problems;
  const auto compare = [&](const std::string& name, const std::string& value) {
    const auto found = actual.find(name);
    if (found == actual.end())
      problems.push_back(fmt::format("the variable '{}' is not set in the shell", name));
    else if (found->second == value)
      return;
    else if (found->second.starts_with(value))
      problems.push_back(fmt::format("the variable '{}' has '{}' after its value", name,
                                     found->second.substr(value.size())));
    else
      problems.push_back(
          fmt::format("the variable '{}' has another value: '{}'", name, found->second));
  };
  for (const ProfileValue& value : expected) compare(value.name, value.value);
  compare(std::string(environment_variable), profile);
  return problems;
}

bool check_shell(Session& session, const ResolvedEnvironment& environment) {
  const std::string shell = user_shell();
  session.reporter().info(fmt::format("checking the variables that '{}' sees…", shell));
  const std::vector<ProfileValue> values =
      read_profile_variables(session.location().outside(environment.profile), environment.profile);
  enter_store(session.location());
  Environment variables = current_environment();
  purify(variables, PreservedVariables({}));
  apply_profile(variables, values, false);
  variables["TERM"] = "";  // so that nothing but text is printed
  variables[std::string(environment_variable)] = environment.profile;
  const Environment actual = ask_shell(variables);
  if (actual.empty())
    throw Error("the shell '{}' does not print its variables", shell)
        .hint("set SHELL to another one, or use --container");
  const std::vector<std::string> problems = compare_variables(values, environment.profile, actual);
  for (const std::string& problem : problems) session.reporter().warning(problem);
  if (!problems.empty()) {
    session.reporter().info(
        "a start-up file of the shell changes them: set variables in ~/.bash_profile, say, not in "
        "~/.bashrc, or use --container");
    return false;
  }
  if (has_same_prompt(actual))
    session.reporter().info(
        "the shell's prompt is the same outside; in ~/.bashrc, PS1='\\u@\\h "
        "\\w${GUIX_ENVIRONMENT:+ [env]}\\$ ' makes a difference");
  session.reporter().info("the shell leaves the variables alone");
  return true;
}

void suggest_check(Session& session) {
  const auto cache = user_directory("XDG_CACHE_HOME", ".cache");
  if (!cache) return;
  const std::string mark = *cache + "/nacre/hints/shell-check";
  if (path_exists(mark)) return;
  session.reporter().info(
      "--check finds out whether the shell's start-up files change the environment's variables");
  try {
    make_directories(directory_name(mark));
    open_file(mark, O_WRONLY | O_CREAT, 0600);
  } catch (const SystemError&) {
    // It is recommended again.
  }
}

}  // namespace nacre::cli
