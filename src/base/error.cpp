// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.hpp"

#include <cerrno>
#include <system_error>

namespace nacre {

std::string SourceLocation::to_string() const {
  if (line <= 0) return file;
  if (column <= 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

Error&& Error::at(SourceLocation location) && {
  location_ = std::move(location);
  return std::move(*this);
}

Error&& Error::hint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Error&& Error::status(int exit_status) && {
  status_ = exit_status;
  return std::move(*this);
}

Error Error::in(std::string_view context) const {
  Error error("{}: {}", context, what());
  error.location_ = location_;
  error.hint_ = hint_;
  error.status_ = status_;
  return error;
}

SystemError::SystemError(int code, std::string_view what)
    : Error("{}: {}", what, std::generic_category().message(code)), code_(code) {
  if (code == ENOSPC || code == EDQUOT)
    std::move(*this).Error::hint("free some space: 'nacre gc' deletes what nothing needs");
}

void throw_errno(std::string_view what) {
  int code = errno;  // before anything can change it
  throw SystemError(code, what);
}

}  // namespace nacre
