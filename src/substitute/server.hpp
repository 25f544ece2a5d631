// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/progress.hpp"
#include "substitute/narinfo.hpp"

namespace nacre {

/// One server of substitutes, asked by its address (http, https, or file for a directory).
/// Thread-safe, as it holds nothing but that.
class Server {
 public:
  /// Error if the address is of another kind.
  explicit Server(std::string_view address);

  const std::string& address() const { return address_; }
  /// What it says of those of `paths` that it has. Answers that make no sense, or are about another
  /// store or another item, and a server that does not answer, are warnings.
  std::map<StorePath, Narinfo> ask(const StorePathSet& paths, Reporter& reporter) const;

 private:
  std::string address_;  ///< without a slash at its end
};

}  // namespace nacre
