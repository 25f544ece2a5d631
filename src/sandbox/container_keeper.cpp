// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox/container_keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <vector>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "sandbox/container_process.hpp"

namespace nacre {

namespace {

constexpr std::size_t longest_name = 64;

void check_name(const std::string& name) {
  const bool is_plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::strchr("._-", c) != nullptr;
  });
  if (name.empty() || name.size() > longest_name || name.front() == '.' || !is_plain)
    throw Error("'{}' cannot be the name of a shared name space", name)
        .hint(fmt::format("use at most {} letters, digits, '.', '_' and '-'", longest_name));
}

/// Somebody else may have made a directory of this name first.
UniqueFd open_own_directory(const std::string& path) {
  constexpr mode_t own = 0700;
  if (mkdir(path.c_str(), own) < 0 && errno != EEXIST)
    throw_errno(fmt::format("creating '{}'", path));
  UniqueFd directory = open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  struct stat status {};
  if (fstat(directory.get(), &status) < 0) throw_errno(path);
  if (status.st_uid != geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error("'{}' does not belong to this user alone", path)
        .hint("remove it, or set XDG_RUNTIME_DIR to a directory that does");
  return directory;
}

UniqueFd new_socket() {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw_errno("creating a socket");
  return fd;
}

/// Names of sockets are short: this one is, however the directory is called.
sockaddr_un address_in(int directory, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory, name);
  if (path.size() >= sizeof address.sun_path) throw Error("'{}' is too long", name);
  path.copy(address.sun_path, path.size());
  return address;
}

/// Room for the descriptors of one message, as the kernel wants it.
union ControlBuffer {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int) * namespace_kinds.size())];
};

std::array<int, namespace_kinds.size()> open_own_namespaces() {
  std::array<int, namespace_kinds.size()> descriptors{};
  for (std::size_t i = 0; i < namespace_kinds.size(); ++i)
    descriptors[i] =
        open_file(fmt::format("/proc/self/ns/{}", namespace_kinds[i]), O_RDONLY).release();
  return descriptors;
}

class Keeper {
 public:
  Keeper(const MeetingPoint& point, UniqueFd socket, const std::string& digest)
      : point_(point),
        socket_(std::move(socket)),
        digest_(digest),
        namespaces_(open_own_namespaces()) {}

  /// Until everybody is gone; if nobody comes at all, for half a minute.
  void run() {
    constexpr int patience = 30'000;
    int timeout = patience;
    while (!ended_) {
      std::vector<pollfd> polled{{socket_.get(), POLLIN, 0}};
      for (const UniqueFd& guest : guests_) polled.push_back({guest.get(), POLLIN, 0});
      const int ready = poll(polled.data(), polled.size(), timeout);
      if (ready < 0) continue;
      for (std::size_t i = guests_.size(); i > 0; --i)
        if (polled[i].revents != 0) guests_.erase(guests_.begin() + static_cast<long>(i) - 1);
      if (polled[0].revents != 0) admit();
      timeout = -1;
      if (guests_.empty()) timeout = try_to_end();
    }
  }

 private:
  void admit() {
    UniqueFd guest(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!guest || getsockopt(guest.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return;
    if (peer.uid != geteuid()) return;
    if (send_admission(guest.get())) guests_.push_back(std::move(guest));
  }

  bool send_admission(int guest) {
    iovec part{digest_.data(), digest_.size()};
    ControlBuffer control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof namespaces_);
    std::memcpy(CMSG_DATA(header), namespaces_.data(), sizeof namespaces_);
    return sendmsg(guest, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(digest_.size());
  }

  /// Whoever joins holds the lock until it is admitted. Returns when to try again.
  int try_to_end() {
    constexpr int soon = 20;
    const UniqueFd lock = point_.try_lock();
    if (!lock) return soon;
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (poll(&waiting, 1, 0) > 0) return 0;
    point_.remove_socket();
    ended_ = true;
    return 0;
  }

  const MeetingPoint& point_;
  UniqueFd socket_;
  std::string digest_;
  std::array<int, namespace_kinds.size()> namespaces_;
  std::vector<UniqueFd> guests_;
  bool ended_ = false;
};

}  // namespace

std::string plan_digest(const ContainerPlan& plan) {
  std::string text;
  const auto add = [&](std::string_view part) { text += fmt::format("{}:{},", part.size(), part); };
  const auto add_pairs = [&](const std::vector<std::pair<std::string, std::string>>& pairs) {
    for (const auto& [first, second] : pairs) add(first), add(second);
    add("");
  };
  add(plan.store);
  for (const auto* list : {&plan.items, &plan.directories, &plan.temporary}) {
    for (const std::string& part : *list) add(part);
    add("");
  }
  add(plan.completed_as);
  add_pairs(plan.files);
  add_pairs(plan.links);
  add_pairs(plan.last_links);
  for (const ContainerMapping& mapping : plan.mappings)
    add(mapping.source), add(mapping.target), add(mapping.writable ? "w" : "r");
  add(fmt::format("{} {} {} {} {}", plan.network, plan.writable_root, plan.inner_containers,
                  plan.identity.uid, plan.identity.gid));
  return hash_bytes(HashAlgorithm::sha256, text).nix_base32();
}

MeetingPoint::MeetingPoint(const std::string& directory, const std::string& name) : name_(name) {
  check_name(name);
  directory_ = open_own_directory(directory);
}

UniqueFd MeetingPoint::open_lock() const {
  constexpr mode_t own = 0600;
  UniqueFd fd(openat(directory_.get(), (name_ + ".lock").c_str(),
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, own));
  if (!fd) throw_errno(fmt::format("opening the lock of '{}'", name_));
  return fd;
}

UniqueFd MeetingPoint::lock() const {
  UniqueFd fd = open_lock();
  while (flock(fd.get(), LOCK_EX) < 0)
    if (errno != EINTR) throw_errno(fmt::format("locking '{}'", name_));
  return fd;
}

UniqueFd MeetingPoint::try_lock() const {
  UniqueFd fd = open_lock();
  return flock(fd.get(), LOCK_EX | LOCK_NB) == 0 ? std::move(fd) : UniqueFd();
}

UniqueFd MeetingPoint::listen() const {
  remove_socket();
  UniqueFd fd = new_socket();
  const sockaddr_un address = address_in(directory_.get(), name_ + ".socket");
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::listen(fd.get(), SOMAXCONN) < 0)
    throw_errno(fmt::format("listening for '{}'", name_));
  return fd;
}

UniqueFd MeetingPoint::connect() const {
  UniqueFd fd = new_socket();
  const sockaddr_un address = address_in(directory_.get(), name_ + ".socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return fd;
  if (errno == ENOENT || errno == ECONNREFUSED) return {};
  throw_errno(fmt::format("joining '{}'", name_));
}

void MeetingPoint::remove_socket() const {
  unlinkat(directory_.get(), (name_ + ".socket").c_str(), 0);
}

bool receive_admission(int socket, Admission& admission) {
  std::array<char, 256> text{};
  iovec part{text.data(), text.size()};
  ControlBuffer control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control.bytes;
  ssize_t size = 0;
  do {
    size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  std::array<int, namespace_kinds.size()> descriptors{};
  if (size <= 0 || header == nullptr || header->cmsg_len != CMSG_LEN(sizeof descriptors))
    return false;
  std::memcpy(descriptors.data(), CMSG_DATA(header), sizeof descriptors);
  for (std::size_t i = 0; i < descriptors.size(); ++i)
    admission.namespaces[i] = UniqueFd(descriptors[i]);
  admission.digest.assign(text.data(), static_cast<std::size_t>(size));
  return true;
}

void keep_container(const MeetingPoint& point, UniqueFd socket, const std::string& digest) {
  // Nobody in the container gets at its descriptors, which lead out of it.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_NAME, "nacre-keeper", 0, 0, 0);
  signal(SIGCHLD, SIG_IGN);  // the kernel reaps
  try {
    Keeper(point, std::move(socket), digest).run();
  } catch (const std::exception&) {
    _exit(1);  // all that run in the container end with it
  }
  _exit(0);
}

}  // namespace nacre
