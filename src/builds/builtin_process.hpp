// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "derivation/derivation.hpp"
#include "store/layout.hpp"

namespace nacre {

/// What a built-in builder's process gets to know; see BuiltinContext.
struct BuiltinRequest {
  const Derivation& derivation;
  const StoreLayout& layout;
  const std::map<std::string, std::string>& outputs;
  std::string directory;
  unsigned cores;
  const StorePathSet& input_closure;
  bool is_compared;
};

/// Runs a built-in builder in a process of its own and returns its id: this program again, by exec,
/// so that it does not matter what the threads of this process are at. What it prints goes to
/// `output`, its progress to `progress` as ProgressReader reads it (both borrowed). Its exit
/// status is 0, or 1 after it printed its error. It is killed when the calling thread ends.
pid_t start_builtin_process(const BuiltinRequest& request, int output, int progress);

/// What main() does once the built-in builders are registered, before anything else: if this
/// process was started by start_builtin_process, does what it is for and returns its exit status.
std::optional<int> run_builtin_process(int argc, char** argv);

/// Takes bytes from a builtin's progress descriptor apart.
class ProgressReader {
 public:
  using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;
  explicit ProgressReader(OnProgress on_progress) : on_progress_(std::move(on_progress)) {}
  void take(std::string_view bytes);

 private:
  OnProgress on_progress_;
  std::string partial_;
};

}  // namespace nacre
