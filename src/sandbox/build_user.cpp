// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/build_user.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/interrupt.hpp"
#include "store/file_lock.hpp"

namespace nacre {
namespace {

/// A range of ids that this process's user namespace has.
struct IdRange {
  std::uint64_t first;
  std::uint64_t count;
  bool contains(std::uint64_t id) const { return id >= first && id - first < count; }
};

std::vector<IdRange> mapped_ids(const char* map) {
  std::ifstream file(map);
  std::vector<IdRange> ranges;
  std::uint64_t inside, outside, count;
  while (file >> inside >> outside >> count) ranges.push_back({inside, count});
  return ranges;
}

bool is_mapped(const char* map, std::uint64_t id) {
  auto ranges = mapped_ids(map);
  return std::any_of(ranges.begin(), ranges.end(), [&](const auto& r) { return r.contains(id); });
}

bool may_set_groups() {
  std::ifstream file("/proc/self/setgroups");
  std::string answer;
  return !(file >> answer) || answer == "allow";
}

bool may_change_identity() {
  return geteuid() == 0 && may_set_groups() && is_mapped("/proc/self/uid_map", build_user.uid) &&
         is_mapped("/proc/self/gid_map", build_user.gid);
}

std::set<std::uint64_t> users_of_the_host() {
  std::set<std::uint64_t> users;
  std::ifstream file("/etc/passwd");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name, password, uid;
    if (std::getline(fields, name, ':') && std::getline(fields, password, ':') &&
        std::getline(fields, uid, ':'))
      users.insert(std::strtoull(uid.c_str(), nullptr, 10));
  }
  return users;
}

/// Lines of a map that exchanges two ids and leaves all others of `ranges` as they are.
std::string map_exchanging(const std::vector<IdRange>& ranges, std::uint64_t left,
                           std::uint64_t right) {
  std::string text;
  for (const auto& range : ranges) {
    const std::uint64_t end = range.first + range.count;
    std::set<std::uint64_t> starts = {range.first};
    for (std::uint64_t cut : {left, left + 1, right, right + 1})
      if (cut > range.first && cut < end) starts.insert(cut);
    for (auto start = starts.begin(); start != starts.end(); ++start) {
      auto next = std::next(start);
      std::uint64_t count = (next == starts.end() ? end : *next) - *start;
      std::uint64_t target = *start == left ? right : *start == right ? left : *start;
      text += fmt::format("{} {} {}\n", *start, target, count);
    }
  }
  return text;
}

/// A process that waits to be killed. It shares our memory, and so makes nothing but system calls.
int wait_for_the_end(void*) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (true) syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
}

/// A user namespace with these maps; nothing if that is not allowed.
class NamespaceMaker {
 public:
  NamespaceMaker() : stack_(stack_size) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // the process gets none of ours
    pid_ = clone(wait_for_the_end, stack_.data() + stack_.size(),
                 CLONE_NEWUSER | CLONE_VM | SIGCHLD, nullptr);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  ~NamespaceMaker() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  NamespaceMaker(const NamespaceMaker&) = delete;
  NamespaceMaker& operator=(const NamespaceMaker&) = delete;

  UniqueFd make(const std::string& uid_map, const std::string& gid_map) {
    if (pid_ < 0 || !write_map("uid_map", uid_map) || !write_map("gid_map", gid_map)) return {};
    return UniqueFd(open(file("ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  }

 private:
  static constexpr std::size_t stack_size = 64 * 1024;

  std::string file(const char* name) const { return fmt::format("/proc/{}/{}", pid_, name); }
  bool write_map(const char* name, const std::string& text) const {
    UniqueFd fd(open(file(name).c_str(), O_WRONLY | O_CLOEXEC));
    return fd && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

  std::vector<char> stack_;
  pid_t pid_;
};

std::string lock_directory(const StoreLayout& layout) {
  for (const auto& directory : {std::string("/run/nacre/users"), layout.state + "/userpool"}) {
    if (directory.starts_with("/run/") && !path_exists("/run")) continue;
    try {
      make_directories(directory, 0700);
      return directory;
    } catch (const SystemError&) {
      continue;  // a read-only /run
    }
  }
  throw Error("there is no directory for the locks of build users")
      .hint(fmt::format("make {}/userpool writable", layout.state));
}

}  // namespace

/// One for the process. Thread-safe.
class UserPool {
 public:
  explicit UserPool(const StoreLayout& layout) {
    if (!may_change_identity()) return;
    std::string directory = lock_directory(layout);
    auto taken = users_of_the_host();
    for (unsigned i = 0; i < build_user_count; ++i) {
      uid_t uid = build_user.uid + i;
      if (taken.contains(uid) || !is_mapped("/proc/self/uid_map", uid)) continue;
      slots_.push_back({uid, fmt::format("{}/{}", directory, uid), {}, {}, false});
    }
    can_separate_ = !slots_.empty() && make_namespace(slots_.front());
  }

  std::optional<BuildUser> acquire() {
    if (slots_.empty() && !may_change_identity()) return {};
    if (!can_separate_) return BuildUser();
    while (true) {
      if (auto user = try_acquire()) return user;
      check_interrupted();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  struct Slot {
    uid_t uid;
    std::string lock_name;
    UniqueFd lock;
    UniqueFd user_namespace;
    bool in_use;
  };

  void release(Slot& slot) {
    std::lock_guard guard(mutex_);
    unlock_file(slot.lock.get());
    slot.in_use = false;
  }

 private:
  std::optional<BuildUser> try_acquire() {
    std::lock_guard guard(mutex_);
    for (Slot& slot : slots_) {
      if (slot.in_use) continue;
      if (!slot.lock) slot.lock = open_file(slot.lock_name, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
      if (!try_lock_file(slot.lock.get(), LockMode::exclusive)) continue;
      if (!slot.user_namespace && !make_namespace(slot)) {
        unlock_file(slot.lock.get());
        throw SystemError(errno, "making a user namespace for a builder");
      }
      slot.in_use = true;
      BuildUser user;
      user.identity_.uid = slot.uid;
      user.user_namespace_ = slot.user_namespace.get();
      user.slot_.reset(&slot);
      return user;
    }
    return {};
  }

  static bool make_namespace(Slot& slot) {
    std::string uid_map =
        map_exchanging(mapped_ids("/proc/self/uid_map"), build_user.uid, slot.uid);
    std::string gid_map =
        map_exchanging(mapped_ids("/proc/self/gid_map"), build_user.gid, build_user.gid);
    slot.user_namespace = NamespaceMaker().make(uid_map, gid_map);
    return static_cast<bool>(slot.user_namespace);
  }

  std::mutex mutex_;
  std::vector<Slot> slots_;  ///< does not grow: users hold pointers into it
  bool can_separate_ = false;
};

namespace {

UserPool& user_pool(const StoreLayout& layout) {
  static auto* pool = new UserPool(layout);  // never destroyed: threads may end after main
  return *pool;
}

}  // namespace

void BuildUser::Release::operator()(void* slot) const {
  user_pool({}).release(*static_cast<UserPool::Slot*>(slot));
}

std::optional<BuildUser> BuildUser::acquire(const StoreLayout& layout) {
  return user_pool(layout).acquire();
}

}  // namespace nacre
