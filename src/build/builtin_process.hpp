// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "build/builtin.hpp"

namespace nacre {

/// Runs a built-in builder in a process of its own, a fork of this one, and returns its id. What it
/// prints goes to `output`, its progress to `progress` as ProgressReader reads it (both
/// borrowed). Its exit status is 0, or 1 after it printed its error. It is killed when the calling
/// thread ends. The context's own `progress` is not used.
pid_t fork_builtin(const BuiltinBuilder& builder, const BuiltinContext& context, int output,
                   int progress);

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
