// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace nacre {

/// A place in a file that the user wrote; line and column count from 1, 0 when unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  /// "FILE:LINE:COLUMN", without the parts that are unknown.
  std::string to_string() const;
};

/// What a user can cause or meet: it says what failed, where in the user's own input if that is
/// known, and what to do next. It is rendered in one place only (see cli/). Our own mistakes are
/// assertions, not errors.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}

  template <typename... Args>
  requires(sizeof...(Args) > 0) explicit Error(fmt::format_string<Args...> format, Args&&... args)
      : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)) {}

  Error&& at(SourceLocation location) &&;
  Error&& hint(std::string hint) &&;
  /// What a program that calls us should report: 1 unless set; 100 for a failed build, as the
  /// daemon has it. The command line ends with 1 all the same.
  Error&& status(int exit_status) &&;

  /// The same error as it is met further up: "CONTEXT: MESSAGE", with place, hint and status.
  Error in(std::string_view context) const;

  const std::optional<SourceLocation>& location() const { return location_; }
  const std::optional<std::string>& hint() const { return hint_; }
  int status() const { return status_; }

 private:
  std::optional<SourceLocation> location_;
  std::optional<std::string> hint_;
  int status_ = 1;
};

/// An Error for the system call that just failed: "WHAT: strerror(errno)". `code` is kept so that
/// a caller can tell ENOENT from the rest.
class SystemError : public Error {
 public:
  SystemError(int code, std::string_view what);
  int code() const { return code_; }

 private:
  int code_;
};

/// Throws SystemError with the present errno.
[[noreturn]] void throw_errno(std::string_view what);

/// Thrown out of long operations after SIGINT/SIGTERM; the program ends with status 128 + signal.
/// It is not an Error, so that who goes on after an Error does not go on after Ctrl-C.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int exit_status) : status_(exit_status) {}
  const char* what() const noexcept override { return "interrupted"; }
  int status() const { return status_; }

 private:
  int status_;
};

}  // namespace nacre
