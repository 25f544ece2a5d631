// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/builtin_process.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/builtin.hpp"
#include "sandbox/spawn.hpp"

namespace nacre {
namespace {

constexpr const char* hidden_command = "__builtin";

/// The request as it goes from one process to the other: texts, each after its length, "5:hello".
class RequestWriter {
 public:
  void text(std::string_view text) { bytes_ += fmt::format("{}:{}", text.size(), text); }
  void number(std::uint64_t number) { text(std::to_string(number)); }

  /// A file without a name that holds it, to be read from its start.
  UniqueFd finish() const {
    UniqueFd fd(memfd_create("nacre-builtin", MFD_CLOEXEC));
    if (!fd) throw_errno("creating a file in memory");
    write_fully(fd.get(), bytes_);
    if (lseek(fd.get(), 0, SEEK_SET) != 0) throw_errno("rewinding a file in memory");
    return fd;
  }

 private:
  std::string bytes_;
};

class RequestReader {
 public:
  explicit RequestReader(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string text() {
    std::size_t size = 0;
    const char* end = bytes_.data() + bytes_.size();
    auto [rest, error] = std::from_chars(bytes_.data() + at_, end, size);
    if (error != std::errc() || rest == end || size > static_cast<std::size_t>(end - rest) - 1)
      throw not_a_request();
    at_ = static_cast<std::size_t>(rest + 1 - bytes_.data()) + size;
    return {rest + 1, size};
  }
  std::uint64_t number() {
    const std::string digits = text();
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) throw not_a_request();
    return number;
  }

 private:
  static Error not_a_request() {
    return Error("this command is for nacre itself").hint("'nacre --help' lists the others");
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

UniqueFd write_request(const BuiltinRequest& request) {
  RequestWriter out;
  out.text(request.derivation.name);
  out.text(write_derivation(request.derivation));
  const StoreLayout& layout = request.layout;
  for (const auto& part : {layout.store, layout.state, layout.log, layout.configuration})
    out.text(part);
  out.text(request.directory);
  out.number(request.cores);
  out.number(request.is_compared);
  out.number(request.outputs.size());
  for (const auto& [name, path] : request.outputs) {
    out.text(name);
    out.text(path);
  }
  out.number(request.input_closure.size());
  for (const auto& path : request.input_closure) out.text(path.text());
  return out.finish();
}

/// What the progress descriptor carries.
struct ProgressRecord {
  std::uint64_t done;
  std::uint64_t total;
};

/// Sends progress ten times a second at most, and never waits for the reader.
std::function<void(std::uint64_t, std::uint64_t)> progress_sender(int fd) {
  using Clock = std::chrono::steady_clock;
  return [fd, last = Clock::time_point{}](std::uint64_t done, std::uint64_t total) mutable {
    auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(100) && done != total) return;
    last = now;
    ProgressRecord record{done, total};
    [[maybe_unused]] ssize_t written = write(fd, &record, sizeof record);
  };
}

void serve(RequestReader request) {
  const std::string name = request.text();
  const Derivation derivation = parse_derivation(request.text(), name);
  StoreLayout layout;
  for (std::string* part : {&layout.store, &layout.state, &layout.log, &layout.configuration})
    *part = request.text();
  auto store = LocalStore::open(layout);
  BuiltinContext context{derivation, *store, {}, request.text(), 0, {}, {}, false};
  context.cores = static_cast<unsigned>(request.number());
  context.is_compared = request.number() != 0;
  for (auto count = request.number(); count > 0; --count) {
    std::string output = request.text();
    context.outputs.emplace(output, request.text());
  }
  for (auto count = request.number(); count > 0; --count)
    context.input_closure.insert(StorePath(request.text()));
  context.progress = progress_sender(SpawnPlan::side_descriptor);
  const Builtin* builder = find_builtin(derivation);
  if (!builder) throw Error("'{}' is not a built-in builder", derivation.builder);
  check_builtin_version(*builder, context);
  builder->run(context);
}

int serve_and_report() {
  try {
    fcntl(SpawnPlan::side_descriptor, F_SETFL, O_WRONLY | O_NONBLOCK);
    serve(RequestReader(read_fd(STDIN_FILENO)));
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    if (error.hint()) std::fprintf(stderr, "hint: %s\n", error.hint()->c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 1;
}

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    std::size_t equals = std::min(text.find('='), text.size());
    if (equals < text.size()) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

pid_t start_builtin_process(const BuiltinRequest& request, int output, int progress) {
  UniqueFd input = write_request(request);
  SpawnPlan plan;
  plan.program = "/proc/self/exe";
  plan.arguments = {"nacre", hidden_command};
  plan.environment = own_environment();
  plan.directory = request.directory;
  plan.input = input.get();
  plan.output = output;
  plan.side = progress;
  return spawn(plan);
}

std::optional<int> run_builtin_process(int argc, char** argv) {
  if (argc != 2 || std::strcmp(argv[1], hidden_command) != 0) return {};
  int status = serve_and_report();
  std::fflush(nullptr);
  _exit(status);  // nothing that it leaves in memory matters
}

void ProgressReader::take(std::string_view bytes) {
  partial_.append(bytes);
  std::size_t at = 0;
  for (; partial_.size() - at >= sizeof(ProgressRecord); at += sizeof(ProgressRecord)) {
    ProgressRecord record;
    std::memcpy(&record, partial_.data() + at, sizeof record);
    on_progress_(record.done, record.total);
  }
  partial_.erase(0, at);
}

}  // namespace nacre
