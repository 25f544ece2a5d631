// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/container_root.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "sandbox/mounting.hpp"
#include "sandbox/namespaces.hpp"

namespace nacre {

namespace {

constexpr const char* devices[] = {"null", "zero", "full", "random", "urandom", "tty", "fuse"};
constexpr std::string_view way_out = "without --container, the command runs without one";

/// Where links lead in the end; nothing if that does not exist.
std::optional<std::string> real_name(const std::string& file) {
  char* name = realpath(file.c_str(), nullptr);
  if (name == nullptr) return std::nullopt;
  std::string result = name;
  std::free(name);
  return result;
}

void bring_loopback_up() {
  const UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) throw_errno("creating a socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) < 0)
    throw_errno("bringing the loopback interface up");
}

void pivot_to(const std::string& new_root, const char* old_root) {
  if (chdir(new_root.c_str()) < 0) throw_errno(new_root);
  if (syscall(SYS_pivot_root, ".", old_root) < 0)
    throw namespace_error(errno, "changing the root directory", way_out);
}

/// Puts the root together. Meanwhile the process sees a root of its own, in which the host's is
/// `host`, so that no mount of ours hides a file that is still to be shared.
class RootBuilder {
 public:
  explicit RootBuilder(const ContainerPlan& plan) : plan_(plan) { find_sources(); }

  void build() {
    make_scaffold();
    add_store();
    add_devices();
    add_kernel_files();
    add_own_files();
    const SafeRoot root(new_root);
    for (const Source& source : sources_) add_mapping(root, source);
    for (const auto& [name, target] : plan_.last_links) root.make_link(name, target);
    enter();
    if (plan_.complete) plan_.complete();
    if (!plan_.writable_root)
      mount_at("none", "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV);
  }

 private:
  static constexpr const char* base = "/tmp";
  static constexpr const char* host = "/host";
  static constexpr const char* new_root = "/root";
  static constexpr const char* all_items = "/items";

  struct Source {
    std::string file;  ///< of the host, without links
    const ContainerMapping* mapping;
  };

  /// While absolute links still lead where they should.
  void find_sources() {
    for (const ContainerMapping& mapping : plan_.mappings) {
      auto file = real_name(mapping.source);
      if (!file && mapping.optional) continue;
      if (!file)
        throw Error("'{}', which is to be shared with the container, does not exist",
                    mapping.source);
      sources_.push_back({std::move(*file), &mapping});
    }
    store_ = real_name(plan_.store).value_or(plan_.store);
    terminal_ = find_terminal();
  }

  static std::string find_terminal() {
    const char* name = ttyname(STDIN_FILENO);
    return name == nullptr ? "" : name;
  }

  static void directory(const std::string& path) {
    constexpr mode_t mode = 0755;
    if (mkdir(path.c_str(), mode) < 0 && errno != EEXIST)
      throw_errno(fmt::format("creating {}", path));
  }

  static std::string in_root(const std::string& path) { return new_root + path; }

  void make_scaffold() {
    // Nothing that is mounted from here on shows outside.
    mount_at("none", "/", nullptr, MS_REC | MS_SLAVE);
    mount_at("nacre", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
    directory(std::string(base) + host);
    pivot_to(base, host + 1);
    if (chdir("/") < 0) throw_errno("/");
    directory(new_root);
    mount_at("nacre", new_root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
  }

  /// What is bound from a read-only mount is read-only: so each item takes one mount.
  void add_store() {
    make_directories(in_root("/gnu/store"));
    if (plan_.items.empty()) return;
    directory(all_items);
    mount_at(host + store_, all_items, nullptr, MS_BIND | MS_REC);
    make_read_only(all_items);
    for (const std::string& name : plan_.items) {
      const std::string item = fmt::format("{}/{}", all_items, name);
      const std::string place = fmt::format("{}/gnu/store/{}", new_root, name);
      const struct stat status = lstat_file(item);
      if (S_ISLNK(status.st_mode)) {
        create_symlink(read_link(item), place);
        continue;
      }
      make_point(place, S_ISDIR(status.st_mode));
      mount_at(item, place, nullptr, MS_BIND);
    }
  }

  static void make_point(const std::string& place, bool is_directory) {
    if (is_directory)
      directory(place);
    else
      open_file(place, O_WRONLY | O_CREAT | O_EXCL);
  }

  void add_devices() {
    directory(in_root("/dev"));
    mount_at("tmpfs", in_root("/dev"), "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755");
    for (const char* name : devices) bind_device(fmt::format("/dev/{}", name));
    for (const char* name : {"/dev/pts", "/dev/shm", "/dev/mqueue"}) directory(in_root(name));
    mount_at("devpts", in_root("/dev/pts"), "devpts", MS_NOSUID | MS_NOEXEC,
             "newinstance,ptmxmode=0666,mode=0620");
    mount_at("tmpfs", in_root("/dev/shm"), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    // Some kernels have none.
    mount("mqueue", in_root("/dev/mqueue").c_str(), "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC,
          nullptr);
    create_symlink("pts/ptmx", in_root("/dev/ptmx"));
    create_symlink("/proc/self/fd", in_root("/dev/fd"));
    create_symlink("/proc/self/fd/0", in_root("/dev/stdin"));
    create_symlink("/proc/self/fd/1", in_root("/dev/stdout"));
    create_symlink("/proc/self/fd/2", in_root("/dev/stderr"));
    if (terminal_.empty() || !path_exists(host + terminal_)) return;
    make_point(in_root("/dev/console"), false);
    mount_at(host + terminal_, in_root("/dev/console"), nullptr, MS_BIND);
  }

  void bind_device(const std::string& device) {
    if (!path_exists(host + device)) return;
    make_point(in_root(device), false);
    mount_at(host + device, in_root(device), nullptr, MS_BIND);
  }

  void add_kernel_files() {
    directory(in_root("/proc"));
    mount_at("proc", in_root("/proc"), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
    directory(in_root("/sys"));
    if (plan_.network) {  // whose owner alone may mount a new one
      mount_at(std::string(host) + "/sys", in_root("/sys"), nullptr, MS_BIND | MS_REC);
      make_read_only(in_root("/sys"));
    } else {
      bring_loopback_up();
      mount("sysfs", in_root("/sys").c_str(), "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
            nullptr);  // an inner container may not
    }
  }

  void add_own_files() {
    for (const std::string& name : plan_.directories) make_directories(in_root(name));
    for (const std::string& name : plan_.temporary) {
      make_directories(in_root(name));
      mount_at("tmpfs", in_root(name), "tmpfs", MS_NOSUID | MS_NODEV,
               name == "/tmp" ? "mode=1777" : "mode=0755");
    }
    for (const auto& [name, text] : plan_.files) {
      make_directories(in_root(directory_name(name)));
      constexpr mode_t mode = 0644;
      const UniqueFd file = open_file(in_root(name), O_WRONLY | O_CREAT | O_EXCL, mode);
      write_fully(file.get(), text);
    }
    for (const auto& [name, target] : plan_.links) {
      make_directories(in_root(directory_name(name)));
      create_symlink(target, in_root(name));
    }
  }

  /// The mount point is a descriptor: no link that somebody puts in its way can move it.
  void add_mapping(const SafeRoot& root, const Source& source) {
    const ContainerMapping& mapping = *source.mapping;
    const std::string from = host + source.file;
    const bool is_directory = S_ISDIR(lstat_file(from).st_mode);
    const auto point = [&] {
      return is_directory ? root.make_directory(mapping.target) : root.make_file(mapping.target);
    };
    try {
      mount_at(from, by_descriptor(point()), nullptr, MS_BIND | MS_REC);
      if (!mapping.writable) make_read_only(by_descriptor(point()));
    } catch (const Error& error) {
      throw error.in(fmt::format("sharing '{}' with the container", mapping.source));
    }
  }

  /// A name for what the descriptor is of, good until the next call.
  std::string by_descriptor(UniqueFd fd) {
    point_ = std::move(fd);
    return fmt::format("{}/proc/self/fd/{}", host, point_.get());
  }

  /// The former roots go away with all that nobody is to see.
  void enter() {
    point_.reset();
    pivot_to(new_root, ".");
    if (umount2(".", MNT_DETACH) < 0) throw_errno("taking the host's files off");
    if (chdir("/") < 0) throw_errno("/");
  }

  const ContainerPlan& plan_;
  std::vector<Source> sources_;
  std::string store_;
  std::string terminal_;
  UniqueFd point_;
};

}  // namespace

void enter_container_root(const ContainerPlan& plan) {
  RootBuilder(plan).build();
}

}  // namespace nacre
