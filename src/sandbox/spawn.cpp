// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "base/files.hpp"

namespace nacre {
namespace {

/// What parent and child both see.
struct Birth {
  const SpawnPlan& plan;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::string uid_map;
  std::string gid_map;
  sock_fprog filter{};
  int parent = -1;  ///< a descriptor that tells whether the parent still lives

  // Written by the child.
  int code = 0;
  const char* what = nullptr;
  const char* detail = "";
  bool in_namespaces = true;
};

/// Ends the child, leaving word of what failed.
[[noreturn]] void fail(Birth& birth, const char* what, const char* detail = "") {
  birth.code = errno;
  birth.what = what;
  birth.detail = detail;
  _exit(127);
}

void write_text(Birth& birth, const char* path, const char* text, std::size_t size, int flags) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0644);
  if (fd < 0) fail(birth, "opening", path);
  if (write(fd, text, size) != static_cast<ssize_t>(size)) fail(birth, "writing", path);
  close(fd);
}

void map_identity(Birth& birth) {
  if (!birth.plan.mapped_identity) return;
  // Who may not drop groups may not map them either; and nobody inside gets to drop any.
  write_text(birth, "/proc/self/setgroups", "deny", 4, 0);
  write_text(birth, "/proc/self/gid_map", birth.gid_map.data(), birth.gid_map.size(), 0);
  write_text(birth, "/proc/self/uid_map", birth.uid_map.data(), birth.uid_map.size(), 0);
}

void take_step(Birth& birth, const SetupStep& step) {
  const char* target = step.target.c_str();
  switch (step.kind) {
    case SetupStep::Kind::mount:
      if (mount(step.source.c_str(), target, step.type.c_str(), step.flags, step.data.c_str()) <
          0) {
        fail(birth, "mounting", target);
      }
      return;
    case SetupStep::Kind::make_directory:
      if (mkdir(target, 0755) < 0) fail(birth, "creating", target);
      return;
    case SetupStep::Kind::make_file:
      write_text(birth, target, step.data.data(), step.data.size(), O_CREAT | O_EXCL);
      return;
    case SetupStep::Kind::make_symlink:
      if (symlink(step.source.c_str(), target) < 0) fail(birth, "creating", target);
      return;
  }
}

void bring_loopback_up(Birth& birth) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(birth, "socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request) < 0) fail(birth, "bringing the loopback interface up");
  close(fd);
}

void change_root(Birth& birth) {
  const SpawnPlan& plan = birth.plan;
  if (plan.root.empty()) return;
  const char* root = plan.root.c_str();
  if (chdir(root) < 0) fail(birth, "chdir", root);
  // The old root ends up on top of the new one, from where it is taken off.
  if (syscall(SYS_pivot_root, ".", ".") < 0) fail(birth, "pivot_root", root);
  if (umount2(".", MNT_DETACH) < 0) fail(birth, "umount");
  if (chdir("/") < 0) fail(birth, "chdir", "/");
}

void set_names(Birth& birth) {
  const std::string& name = birth.plan.host_name;
  if (name.empty()) return;
  if (sethostname(name.data(), name.size()) < 0) fail(birth, "sethostname");
  constexpr char domain[] = "(none)";  // what Linux starts with
  if (setdomainname(domain, sizeof domain - 1) < 0) fail(birth, "setdomainname");
}

/// By system calls: the C library's functions would involve the parent's other threads.
void change_identity(Birth& birth) {
  const auto& identity = birth.plan.final_identity;
  if (!identity) return;
  int user_namespace = birth.plan.user_namespace;
  if (user_namespace >= 0 && setns(user_namespace, CLONE_NEWUSER) < 0)
    fail(birth, "entering a user namespace");
  if (syscall(SYS_setgroups, 0, nullptr) < 0) fail(birth, "setgroups");
  if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) < 0) {
    fail(birth, "setresgid");
  }
  if (syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) < 0) {
    fail(birth, "setresuid");
  }
}

/// A child of a parent that was killed must not go on alone.
void die_with_parent(Birth& birth) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) fail(birth, "prctl");
  if (birth.parent < 0) return;
  pollfd parent{birth.parent, POLLIN, 0};
  if (poll(&parent, 1, 0) != 0) _exit(127);
}

struct Limit {
  int resource;
  rlimit value;
};

/// Linux's own or systemd's usual values; counts that the kernel works out from the machine's
/// memory are as high as large machines have them. A soft limit on the stack matters to layouts in
/// memory.
constexpr Limit fixed_limits[] = {
    {RLIMIT_CPU, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_FSIZE, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_DATA, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_STACK, {8 << 20, RLIM_INFINITY}},
    {RLIMIT_CORE, {0, RLIM_INFINITY}},
    {RLIMIT_RSS, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_NPROC, {1 << 17, 1 << 17}},
    {RLIMIT_NOFILE, {1024, 1 << 19}},
    {RLIMIT_MEMLOCK, {8 << 20, 8 << 20}},
    {RLIMIT_AS, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_LOCKS, {RLIM_INFINITY, RLIM_INFINITY}},
    {RLIMIT_SIGPENDING, {1 << 17, 1 << 17}},
    {RLIMIT_MSGQUEUE, {819200, 819200}},
    {RLIMIT_NICE, {0, 0}},
    {RLIMIT_RTPRIO, {0, 0}},
    {RLIMIT_RTTIME, {RLIM_INFINITY, RLIM_INFINITY}},
};

/// The same limits for every builder, whatever the caller's are. An ordinary user cannot raise a
/// hard limit: what is lower stays so.
void set_limits() {
  for (const Limit& limit : fixed_limits) {
    rlimit value = limit.value;
    if (setrlimit(limit.resource, &value) == 0) continue;
    rlimit current{};
    if (getrlimit(limit.resource, &current) != 0) continue;
    value.rlim_max = std::min(value.rlim_max, current.rlim_max);
    value.rlim_cur = std::min(value.rlim_cur, value.rlim_max);
    setrlimit(limit.resource, &value);
  }
}

void set_personality(Birth& birth) {
  int persona = personality(0xffffffff);
  if (persona >= 0) personality(static_cast<unsigned long>(persona) | birth.plan.personality);
}

/// Ours all have the flag that closes them; this is for those that libraries opened.
void close_other_files() {
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  rlimit files{1024, 1024};
  getrlimit(RLIMIT_NOFILE, &files);
  for (rlim_t fd = 3; fd < files.rlim_cur; ++fd) {
    fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  }
}

void connect_files(Birth& birth, int null) {
  const SpawnPlan& plan = birth.plan;
  int input = plan.input >= 0 ? plan.input : null;
  if (dup2(input, STDIN_FILENO) < 0 || dup2(plan.output, STDOUT_FILENO) < 0 ||
      dup2(plan.output, STDERR_FILENO) < 0) {
    fail(birth, "dup2");
  }
  close_other_files();
  if (plan.side < 0) return;
  int side = SpawnPlan::side_descriptor;
  int result = plan.side == side ? fcntl(side, F_SETFD, 0) : dup2(plan.side, side);
  if (result < 0) fail(birth, "dup2");
}

/// The parent blocked all signals, whose handlers are not for the child to run.
void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Landlock, by its numbers: the headers may be older than the kernel.
namespace landlock {
constexpr long create_ruleset = 444;
constexpr long restrict_self = 446;
constexpr unsigned version_flag = 1;
constexpr long first_with_scopes = 6;  ///< of its interface
constexpr std::uint64_t scope_abstract_sockets = 1;
constexpr std::uint64_t scope_signals = 2;

struct Ruleset {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_network = 0;
  std::uint64_t scoped = scope_abstract_sockets | scope_signals;
};
}  // namespace landlock

/// Does nothing where the kernel is too old, or was built without.
void restrict_scope(Birth& birth) {
  if (!birth.plan.keeps_to_itself) return;
  if (syscall(landlock::create_ruleset, nullptr, 0, landlock::version_flag) <
      landlock::first_with_scopes)
    return;
  landlock::Ruleset ruleset;
  long fd = syscall(landlock::create_ruleset, &ruleset, sizeof ruleset, 0);
  if (fd < 0) fail(birth, "landlock_create_ruleset");
  if (syscall(landlock::restrict_self, fd, 0) < 0) fail(birth, "landlock_restrict_self");
  close(static_cast<int>(fd));
}

void restrict_privileges(Birth& birth) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail(birth, "no_new_privs");
  restrict_scope(birth);
  if (!birth.plan.filter) return;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &birth.filter) < 0) fail(birth, "seccomp");
}

int run_child(void* argument) {
  Birth& birth = *static_cast<Birth*>(argument);
  const SpawnPlan& plan = birth.plan;
  setsid();
  umask(022);
  map_identity(birth);
  // Before the root changes: where there is a /dev/null.
  int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0) fail(birth, "opening", "/dev/null");
  for (const auto& step : plan.steps) take_step(birth, step);
  if (plan.has_own_network) bring_loopback_up(birth);
  set_names(birth);
  change_root(birth);
  set_limits();  // while we may raise them
  change_identity(birth);
  die_with_parent(birth);
  birth.in_namespaces = false;
  set_personality(birth);
  if (chdir(plan.directory.c_str()) < 0) fail(birth, "chdir", plan.directory.c_str());
  connect_files(birth, input);
  reset_signals();
  restrict_privileges(birth);
  execve(plan.program.c_str(), birth.arguments.data(), birth.environment.data());
  fail(birth, "running", plan.program.c_str());
}

class Stack {
 public:
  Stack()
      : memory_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                     -1, 0)) {
    if (memory_ == MAP_FAILED) throw_errno("mmap");
  }
  ~Stack() { munmap(memory_, size); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  void* top() const { return static_cast<char*>(memory_) + size; }

 private:
  static constexpr std::size_t size = 256 * 1024;
  void* memory_;
};

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const auto& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

pid_t spawn(const SpawnPlan& plan) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : plan.environment) variables.push_back(name + "=" + value);
  Birth birth{plan, pointers(plan.arguments), pointers(variables), {}, {}};
  if (plan.mapped_identity) {
    birth.uid_map = fmt::format("{} {} 1", plan.mapped_identity->uid, geteuid());
    birth.gid_map = fmt::format("{} {} 1", plan.mapped_identity->gid, getegid());
  }
  if (plan.filter) {
    birth.filter = {static_cast<unsigned short>(plan.filter->size()),
                    const_cast<sock_filter*>(plan.filter->data())};
  }
  // None where the kernel is too old; then only a kill in the very moment of birth goes unnoticed.
  UniqueFd parent(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  birth.parent = parent.get();

  Stack stack;
  pid_t pid;
  int code;
  {
    BlockedSignals blocked;
    pid = clone(run_child, stack.top(), plan.namespaces | CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
    code = errno;
  }
  if (pid < 0) throw SpawnError(code, "creating namespaces", true);
  if (!birth.what) return pid;
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  // From clone, that code is of a limit on name spaces; here, of a full disk.
  const bool in_namespaces = birth.in_namespaces && birth.code != ENOSPC;
  throw SpawnError(birth.code, fmt::format("{} {}", birth.what, birth.detail), in_namespaces);
}

}  // namespace nacre
