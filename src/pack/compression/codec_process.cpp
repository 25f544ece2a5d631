// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/compression/codec_process.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "base/process.hpp"

namespace nacre {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t own_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t own_architecture = AUDIT_ARCH_AARCH64;
#else
#error "the audit architecture of this machine is to be named here"
#endif

/// What a static program needs to start and to compress: memory, and the descriptors that it has.
constexpr std::uint32_t allowed_calls[] = {SYS_read,       SYS_write,      SYS_mmap,    SYS_munmap,
                                           SYS_mremap,     SYS_mprotect,   SYS_madvise, SYS_brk,
                                           SYS_exit,       SYS_exit_group,
#ifdef SYS_arch_prctl
                                           SYS_arch_prctl,
#endif
                                           SYS_execveat};

/// Calls of other architectures, and of x32 (whose numbers are other ones), are not let through.
const std::vector<sock_filter>& codec_filter() {
  static const std::vector<sock_filter> filter = [] {
    constexpr auto count = static_cast<std::uint8_t>(std::size(allowed_calls));
    std::vector<sock_filter> program{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, own_architecture, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (std::uint8_t i = 0; i < count; ++i)
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed_calls[i],
                                 static_cast<std::uint8_t>(count - i), 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    return program;
  }();
  return filter;
}

/// All that the new process needs, worked out before it is born: it shares our memory until it runs
/// its program.
struct ChildPlan {
  int program, socket, input, output;  ///< descriptors, none of those that they will become
  std::array<const char*, 5> arguments;
  sock_fprog filter;
  volatile int failure = 0;  ///< what the child leaves
};

[[noreturn]] void become_program(ChildPlan& plan) {
  const char* const environment[] = {nullptr};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && dup2(plan.socket, 0) >= 0 &&
                     dup2(plan.input, CODEC_INPUT) >= 0 && dup2(plan.output, CODEC_OUTPUT) >= 0;
  syscall(SYS_close_range, CODEC_OUTPUT + 1U, ~0U, CLOSE_RANGE_CLOEXEC);
  if (ready && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &plan.filter) == 0)
    syscall(SYS_execveat, plan.program, "", plan.arguments.data(), environment, AT_EMPTY_PATH);
  plan.failure = errno;
  _exit(127);
}

[[gnu::noinline]] pid_t start_child(ChildPlan& plan) {
  const pid_t pid = vfork();
  if (pid == 0) become_program(plan);
  return pid;
}

/// A descriptor for the same that is none of the first ones.
UniqueFd out_of_the_way(int descriptor) {
  UniqueFd copy(fcntl(descriptor, F_DUPFD_CLOEXEC, CODEC_OUTPUT + 1));
  if (!copy) throw_errno("dup");
  return copy;
}

}  // namespace

CodecProcess::CodecProcess(const Codecs& codecs, CodecMethod method, const SharedMemory& input,
                           std::size_t capacity)
    : program_(codecs.program), method_(method), input_(input), output_(capacity) {
  const UniqueFd file = open_file(program_, O_RDONLY);
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) < 0)
    throw_errno("socketpair");
  socket_ = UniqueFd(ends[0]);
  const UniqueFd other_end(ends[1]);
  const UniqueFd program = out_of_the_way(file.get());
  const UniqueFd socket = out_of_the_way(other_end.get());
  const UniqueFd input_memory = out_of_the_way(input.descriptor());
  const UniqueFd output_memory = out_of_the_way(output_.descriptor());
  const std::string input_size = std::to_string(input.size());
  const std::string output_size = std::to_string(capacity);
  const std::vector<sock_filter>& filter = codec_filter();
  ChildPlan plan{
      program.get(),
      socket.get(),
      input_memory.get(),
      output_memory.get(),
      {"nacre-codecs", CODEC_PROTOCOL, input_size.c_str(), output_size.c_str(), nullptr},
      {static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())}};
  pid_ = start_child(plan);
  if (pid_ < 0) throw_errno("starting " + program_);
  if (plan.failure == 0) return;
  wait_for_end();
  throw SystemError(plan.failure, "starting " + program_);
}

CodecProcess::~CodecProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  wait_for_end();
}

int CodecProcess::wait_for_end() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return status;
}

CodecProcess::Result CodecProcess::run(std::string_view block) {
  codec_request request{};
  request.codec = method_.kind;
  std::copy(std::begin(method_.parameters), std::end(method_.parameters), request.parameters);
  request.input = static_cast<std::uint64_t>(block.data() - input_.data());
  request.input_size = block.size();
  codec_reply reply;
  if (send(socket_.get(), &request, sizeof request, MSG_NOSIGNAL) != sizeof request) fail_ended();
  ssize_t count;
  while ((count = recv(socket_.get(), &reply, sizeof reply, MSG_WAITALL)) < 0 && errno == EINTR)
    continue;
  if (count != sizeof reply) fail_ended();
  if (reply.failure != 0) throw Error("{} failed with code {}", program_, reply.failure);
  if (reply.size > output_.size())
    throw Error("{} answers with more bytes than there are", program_);
  return {{output_.data(), reply.size}, reply.checksum, reply.unpadded};
}

/// It cannot close its socket, so it has ended, or is about to.
void CodecProcess::fail_ended() {
  throw Error("{} {} while it compressed a block", program_, describe_wait_status(wait_for_end()));
}

std::size_t codec_capacity(std::size_t block_size) {
  return block_size + block_size / 16 + 4096;
}

BlockPipeline::MakeWork codec_work(const Codecs& codecs, CodecMethod method, std::size_t capacity,
                                   std::function<void(Block&, const CodecProcess::Result&)> then) {
  return [=](const SharedMemory& input) -> BlockPipeline::Work {
    auto process = std::make_shared<CodecProcess>(codecs, method, input, capacity);
    return [process, then](Block& block) { then(block, process->run(block.input)); };
  };
}

}  // namespace nacre
