// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/quiet_file.hpp"

#include <fmt/format.h>

#include <ctime>
#include <thread>

#include "base/files.hpp"

namespace nacre {
namespace {

bool has_bytes(const std::string& file) {
  auto status = try_lstat(file);
  return status && status->st_size > 0;
}

bool is_same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

QuietFile::QuietFile(std::string file) : file_(std::move(file)), seen_(lstat_file(file_)) {}

std::optional<QuietFile> QuietFile::look(const std::string& file) {
  QuietFile quiet(file);
  // A change within the same tick of the clock would not show.
  for (auto tick = std::chrono::milliseconds(20); quiet.changed_within(tick);)
    std::this_thread::sleep_for(tick);
  if (!quiet.is_unchanged()) return {};
  return quiet;
}

bool QuietFile::is_unchanged() const {
  if (has_bytes(file_ + "-wal") || has_bytes(file_ + "-journal")) return false;
  const struct stat now = lstat_file(file_);
  return now.st_ino == seen_.st_ino && now.st_size == seen_.st_size &&
         is_same(now.st_mtim, seen_.st_mtim) && is_same(now.st_ctim, seen_.st_ctim);
}

bool QuietFile::changed_within(std::chrono::nanoseconds span) const {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto age = std::chrono::seconds(now.tv_sec - seen_.st_ctim.tv_sec) +
                   std::chrono::nanoseconds(now.tv_nsec - seen_.st_ctim.tv_nsec);
  return age >= std::chrono::nanoseconds(0) && age < span;
}

std::string immutable_uri(const std::string& file) {
  std::string uri = "file:";
  for (char c : file) {
    if (c == '?' || c == '#' || c == '%')
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri + "?immutable=1";
}

}  // namespace nacre
