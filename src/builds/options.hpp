// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace nacre {

/// How to build; the command-line options of the same names. A value.
struct BuildOptions {
  unsigned max_jobs = 0;  ///< builds at a time; 0: as many as is best for this machine
  unsigned cores = 0;     ///< NIX_BUILD_CORES for a build; 0: all
  bool keep_going = false;
  bool keep_failed = false;         ///< leave a failed build's directory
  bool check = false;               ///< build what is there once more and compare
  bool repair = false;              ///< build what is there once more, and replace what is damaged
  unsigned rounds = 1;              ///< build that many times and compare
  std::chrono::seconds timeout{0};  ///< 0: none
  std::chrono::seconds max_silent_time{0};
  bool substitutes = true;  ///< fetch what somebody offers ready-made, instead of building it
  std::vector<std::string>
      substitute_urls;    ///< servers, in the order to ask them; there is no other
  bool fallback = false;  ///< build what was offered and could not be fetched
  bool isolate = true;    ///< false: --disable-chroot, no namespaces
};

}  // namespace nacre
