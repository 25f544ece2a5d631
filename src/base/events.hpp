// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <variant>

/// What happens while things are built and fetched, as data: a Reporter chooses the
/// words. Paths are store paths. All are borrowed for the call.
namespace nacre::events {

/// A builder's process has begun.
struct BuildStarted {
  std::string_view derivation;  ///< the .drv
  std::string_view name;        ///< its name, without ".drv"
  std::string_view system;
  std::string_view log;  ///< the file that its output goes to
  pid_t builder;
};
/// A line of a builder's output, without its end.
struct BuildLog {
  std::string_view name;  ///< of the derivation
  std::string_view line;
  pid_t builder = 0;
};
/// Its outputs are valid.
struct BuildSucceeded {
  std::string_view derivation;
  std::string_view name;
};
struct BuildFailed {
  std::string_view derivation;
  std::string_view name;
};

struct FetchStarted {
  std::string_view item;
};
/// The item is valid.
struct FetchSucceeded {
  std::string_view item;
};
struct FetchFailed {
  std::string_view item;
};
/// An archive is not the one that was promised. Hashes are SHA-256 in nix-base32.
struct HashMismatch {
  std::string_view item;
  std::string_view expected;
  std::string_view actual;
};

}  // namespace nacre::events

namespace nacre {

using Event = std::variant<events::BuildStarted, events::BuildLog, events::BuildSucceeded,
                           events::BuildFailed, events::FetchStarted, events::FetchSucceeded,
                           events::FetchFailed, events::HashMismatch>;

}  // namespace nacre
