// SPDX-License-Identifier: GPL-3.0-or-later
// A builder for tests: runs the commands that its arguments are, one after the other, and
// prints what it finds. "$NAME" at the start of an argument stands for that environment variable,
// up to the next slash. Ends with status 1 when a command fails.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <vector>

extern char** environ;

namespace {

using Arguments = std::vector<std::string>;

[[noreturn]] void fail(const std::string& what) {
  std::printf("FAILED %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

/// Prints how a system call went, without failing.
void print_result(const std::string& what, long result) {
  std::printf("%s: %s\n", what.c_str(), result < 0 ? strerrorname_np(errno) : "ok");
}

std::string expand(std::string text) {
  if (text.empty() || text[0] != '$') return text;
  std::size_t end = std::min(text.find('/'), text.size());
  const char* value = std::getenv(text.substr(1, end - 1).c_str());
  if (!value) {
    errno = 0;
    fail("unset " + text);
  }
  return value + text.substr(end);
}

void write_file(const std::string& path, const std::string& text, int flags) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | flags, 0666);
  if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail(path);
  close(fd);
}

std::string slurp(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY);
  if (fd < 0) fail(path);
  std::string text;
  char buffer[4096];
  for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, count);
  close(fd);
  return text;
}

void list(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (!directory) fail(path);
  std::vector<std::string> names;
  while (dirent* entry = readdir(directory)) names.push_back(entry->d_name);
  closedir(directory);
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    if (name != "." && name != "..")
      std::printf("%s/%s\n", path == "/" ? "" : path.c_str(), name.c_str());
  }
}

void connect_to(const std::string& address, int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<unsigned short>(port));
  inet_pton(AF_INET, address.c_str(), &to.sin_addr);
  print_result("connect " + address, connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to));
  close(fd);
}

void talk_over_loopback() {
  int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (bind(server, reinterpret_cast<sockaddr*>(&at), size) < 0 || listen(server, 1) < 0)
    fail("listen");
  getsockname(server, reinterpret_cast<sockaddr*>(&at), &size);
  connect_to("127.0.0.1", ntohs(at.sin_port));
  close(server);
}

void print_identity() {
  std::printf("uid %u gid %u\n", getuid(), getgid());
  utsname name;
  uname(&name);
  std::printf("host %s pid %d\n", name.nodename, getpid());
  mode_t mask = umask(0);
  umask(mask);
  std::printf("umask %03o\n", mask);
}

/// The multiplexer of 32-bit programs, and their direct call, from a 64-bit one.
void try_32_bit_sockets(int family) {
#if defined(__x86_64__)
  constexpr int socketcall = 102, socket_direct = 359, socket_in_socketcall = 1;
  auto call = [](int number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory", "r8", "r9", "r10", "r11");
    return static_cast<int>(result);
  };
  pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    // A machine without such calls ends the child by a signal.
    std::printf("32-bit sockets: %s\n", status == 0 ? "made" : "refused");
    // x32: the same call with a bit set.
    print_result("x32 socket", syscall(SYS_socket | 0x40000000, family, SOCK_STREAM, 0));
    return;
  }
  auto* arguments = static_cast<unsigned*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
  arguments[0] = static_cast<unsigned>(family);
  arguments[1] = SOCK_STREAM;
  int multiplexed = call(socketcall, socket_in_socketcall, reinterpret_cast<long>(arguments), 0);
  int direct = call(socket_direct, family, SOCK_STREAM, 0);
  _exit(multiplexed < 0 && direct < 0 ? 1 : 0);
#else
  (void)family;
  std::printf("32-bit sockets: refused\nx32 socket: EAFNOSUPPORT\n");
#endif
}

void print_limits() {
  for (int resource = 0; resource < RLIM_NLIMITS; ++resource) {
    rlimit limit;
    getrlimit(static_cast<__rlimit_resource>(resource), &limit);
    std::printf("limit %d: %lld %lld\n", resource, static_cast<long long>(limit.rlim_cur),
                static_cast<long long>(limit.rlim_max));
  }
}

void stay_behind(const std::string& path) {
  if (fork() != 0) return;
  setsid();
  sleep(2);
  write_file(path, "late\n", 0);
  _exit(0);
}

const std::map<std::string, std::pair<int, std::function<void(const Arguments&)>>> commands = {
    {"write", {2, [](const Arguments& a) { write_file(a[0], a[1], O_TRUNC); }}},
    {"append", {2, [](const Arguments& a) { write_file(a[0], a[1], O_APPEND); }}},
    {"mkdir",
     {1,
      [](const Arguments& a) {
        if (mkdir(a[0].c_str(), 0777) < 0) fail(a[0]);
      }}},
    {"chmod",
     {2,
      [](const Arguments& a) {
        print_result("chmod " + a[0], chmod(a[1].c_str(), std::stoi(a[0], nullptr, 8)));
      }}},
    {"symlink",
     {2,
      [](const Arguments& a) {
        if (symlink(a[0].c_str(), a[1].c_str()) < 0) fail(a[1]);
      }}},
    {"try-link",
     {2, [](const Arguments& a) { print_result("link", link(a[0].c_str(), a[1].c_str())); }}},
    {"cat", {1, [](const Arguments& a) { std::printf("%s", slurp(a[0]).c_str()); }}},
    {"copy", {2, [](const Arguments& a) { write_file(a[1], slurp(a[0]), O_TRUNC); }}},
    {"ls", {1, [](const Arguments& a) { list(a[0]); }}},
    {"print", {1, [](const Arguments& a) { std::printf("%s\n", a[0].c_str()); }}},
    {"env",
     {0,
      [](const Arguments&) {
        std::vector<std::string> variables;
        for (char** v = environ; *v; ++v) variables.push_back(*v);
        std::sort(variables.begin(), variables.end());
        for (const auto& v : variables) std::printf("%s\n", v.c_str());
      }}},
    {"pwd",
     {0,
      [](const Arguments&) {
        char name[4096];
        std::printf("%s\n", getcwd(name, sizeof name));
      }}},
    {"identity", {0, [](const Arguments&) { print_identity(); }}},
    {"sleep",
     {1, [](const Arguments& a) { usleep(static_cast<useconds_t>(std::stod(a[0]) * 1e6)); }}},
    {"random",
     {1,
      [](const Arguments& a) {
        timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        write_file(a[0], std::to_string(now.tv_nsec) + slurp("/proc/sys/kernel/random/uuid"),
                   O_TRUNC);
      }}},
    {"flood",
     {1,
      [](const Arguments& a) {
        for (int i = 0; i < std::stoi(a[0]); ++i)
          std::printf("line %d of a builder that talks a lot\n", i);
      }}},
    {"big-file",
     {2, [](const Arguments& a) { write_file(a[0], std::string(std::stoul(a[1]), 'x'), 0); }}},
    {"try-write",
     {1,
      [](const Arguments& a) {
        print_result("write", open(a[0].c_str(), O_WRONLY | O_CREAT, 0666));
      }}},
    {"try-mkdir",
     {1, [](const Arguments& a) { print_result("mkdir", mkdir(a[0].c_str(), 0777)); }}},
    {"try-mknod",
     {1,
      [](const Arguments& a) {
        print_result("mknod", mknod(a[0].c_str(), S_IFCHR | 0666, makedev(1, 3)));
      }}},
    {"try-create",
     {2,
      [](const Arguments& a) {
        print_result("create", open(a[0].c_str(), O_WRONLY | O_CREAT, std::stoi(a[1], nullptr, 8)));
      }}},
    {"try-setxattr",
     {1,
      [](const Arguments& a) {
        print_result("setxattr", setxattr(a[0].c_str(), "user.a", "b", 1, 0));
      }}},
    {"try-socket",
     {2,
      [](const Arguments& a) {
        print_result("socket " + a[0] + " " + a[1],
                     socket(std::stoi(a[0]), SOCK_RAW, std::stoi(a[1])));
      }}},
    {"try-stream",
     {1,
      [](const Arguments& a) {
        print_result("stream " + a[0], socket(std::stoi(a[0]), SOCK_STREAM, 0));
      }}},
    {"try-pair",
     {0,
      [](const Arguments&) {
        int ends[2];
        print_result("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
      }}},
    {"try-32-bit-sockets", {1, [](const Arguments& a) { try_32_bit_sockets(std::stoi(a[0])); }}},
    {"resolve",
     {1,
      [](const Arguments& a) {
        addrinfo* found = nullptr;
        int result = getaddrinfo(a[0].c_str(), nullptr, nullptr, &found);
        std::printf("resolve %s: %s\n", a[0].c_str(), result == 0 ? "ok" : gai_strerror(result));
      }}},
    {"limits", {0, [](const Arguments&) { print_limits(); }}},
    {"mode",
     {1,
      [](const Arguments& a) {
        struct stat status;
        if (lstat(a[0].c_str(), &status) < 0) fail(a[0]);
        std::printf("mode %o of %u, size %lld\n", status.st_mode, status.st_uid,
                    static_cast<long long>(status.st_size));
      }}},
    {"inode",
     {1,
      [](const Arguments& a) {
        struct stat status;
        if (lstat(a[0].c_str(), &status) < 0) fail(a[0]);
        std::printf("inode %llu\n", static_cast<unsigned long long>(status.st_ino));
      }}},
    {"readlink",
     {1,
      [](const Arguments& a) {
        char target[4096];
        ssize_t size = readlink(a[0].c_str(), target, sizeof target);
        if (size < 0) fail(a[0]);
        std::printf("link to %.*s\n", static_cast<int>(size), target);
      }}},
    {"pipe",
     {1,
      [](const Arguments& a) {
        if (mkfifo(a[0].c_str(), 0666) < 0) fail(a[0]);
      }}},
    {"try-unlink", {1, [](const Arguments& a) { (void)!unlink(a[0].c_str()); }}},
    {"try-rename", {2, [](const Arguments& a) { (void)!rename(a[0].c_str(), a[1].c_str()); }}},
    {"try-symlink", {2, [](const Arguments& a) { (void)!symlink(a[0].c_str(), a[1].c_str()); }}},
    {"try-chmod",
     {2, [](const Arguments& a) { (void)!chmod(a[1].c_str(), std::stoi(a[0], nullptr, 8)); }}},
    {"link",
     {2,
      [](const Arguments& a) {
        if (link(a[0].c_str(), a[1].c_str()) < 0) fail(a[1]);
      }}},
    {"many",
     {2,
      [](const Arguments& a) {
        for (int i = 0; i < std::stoi(a[1]); ++i) write_file(a[0] + std::to_string(i), "", 0);
      }}},
    {"try-setuid",
     {1, [](const Arguments& a) { print_result("setuid", setuid(std::stoul(a[0]))); }}},
    {"connect", {2, [](const Arguments& a) { connect_to(a[0], std::stoi(a[1])); }}},
    {"loopback", {0, [](const Arguments&) { talk_over_loopback(); }}},
    {"stay-behind", {1, [](const Arguments& a) { stay_behind(a[0]); }}},
    {"device",
     {1,
      [](const Arguments& a) {
        char byte;
        int fd = open(a[0].c_str(), O_RDONLY);
        print_result(a[0], fd < 0 ? -1 : read(fd, &byte, 1));
      }}},
    {"pty",
     {0,
      [](const Arguments&) {
        int fd = posix_openpt(O_RDWR | O_NOCTTY);
        print_result("pty", fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0
                                ? -1
                                : open(ptsname(fd), O_RDWR | O_NOCTTY));
      }}},
    {"exit", {1, [](const Arguments& a) { std::exit(std::stoi(a[0])); }}},
    {"abort", {0, [](const Arguments&) { std::abort(); }}},
};

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (int i = 1; i < argc;) {
    auto command = commands.find(argv[i]);
    if (command == commands.end()) {
      std::printf("no command %s\n", argv[i]);
      return 2;
    }
    Arguments arguments;
    for (int j = 0; j < command->second.first && i + 1 + j < argc; ++j) {
      arguments.push_back(expand(argv[i + 1 + j]));
    }
    command->second.second(arguments);
    i += 1 + command->second.first;
  }
}
