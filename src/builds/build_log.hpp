// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "store/layout.hpp"
#include "store/store_path.hpp"

namespace nacre {

/// Where the log of a derivation's last build lies: LOG/drvs/xx/REST.drv.gz.
std::string build_log_file(const StoreLayout& layout, const StorePath& derivation);

/// Takes what a builder prints: compresses it to the log file, passes it on line by line, and keeps
/// the last lines. Not thread-safe.
class BuildLog {
 public:
  using OnLine = std::function<void(std::string_view line)>;

  BuildLog(const StoreLayout& layout, const StorePath& derivation, OnLine on_line);
  ~BuildLog();
  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;

  void write(std::string_view bytes);
  /// Ends the file. Error if the log could not be written.
  void finish();

  const std::string& file() const { return file_; }
  const std::deque<std::string>& last_lines() const { return last_lines_; }

 private:
  struct Compressor;

  void split(std::string_view bytes);
  void end_line(std::string_view line);

  std::string file_;
  UniqueFd fd_;
  OnLine on_line_;
  std::unique_ptr<Compressor> compressor_;
  std::string partial_;  ///< a line that has no end yet
  std::deque<std::string> last_lines_;
};

}  // namespace nacre
