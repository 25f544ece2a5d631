// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/sink.hpp"

namespace nacre {

/// Reads what is at an address (http, https, file) as it comes in; memory does not grow with its
/// size. Reading throws Error when it is not there, or ends too early; Interrupted after a signal.
/// `on_progress` gets the bytes that came, and the total, 0 if that is not known.
using DownloadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;
std::unique_ptr<Source> open_download(const std::string& address, DownloadProgress on_progress);

/// What came of one of many small files.
struct SmallFile {
  enum class State {
    found,
    absent,  ///< the server says that it does not have it
    failed,
  };
  State state = State::failed;
  std::string text;
  std::string failure;  ///< why, for `failed`
};

/// What a server may cost us.
struct SmallFileLimits {
  std::size_t size = std::size_t{1} << 20;                   ///< of each file
  std::chrono::milliseconds time = std::chrono::minutes(1);  ///< until a file is there, whole
};

/// Gets the files of one server, many at a time; the result is in the order of the addresses. What
/// is beyond the limits is a failure. A server that cannot be reached, that is too slow, or that
/// wants to be asked less, is asked no more.
std::vector<SmallFile> fetch_small_files(const std::vector<std::string>& addresses,
                                         const SmallFileLimits& limits = {});

/// The file that a file:// address names. Error if it names none of this machine.
std::string file_of_address(const std::string& address);

}  // namespace nacre
