// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/files.hpp"

namespace nacre {

/// One process at a time changes a profile: it holds the lock of the file PROFILE.lock, which stays
/// there, from the moment that it reads what the profile holds. Guix's tools take the same lock.
/// The kernel releases it however the process ends.
class ProfileLock {
 public:
  /// Takes the lock of `profile`, an absolute file name, whose directory exists. Does not wait:
  /// Error, which names the process that holds it.
  explicit ProfileLock(const std::string& profile);

 private:
  UniqueFd fd_;
};

}  // namespace nacre
