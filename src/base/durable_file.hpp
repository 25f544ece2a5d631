// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

/// Files that outlive a loss of power. Each call takes milliseconds. Failures throw SystemError.
namespace nacre {

/// write_file_atomically; when it returns, the new bytes are on the disk.
void write_file_durably(const std::string& path, std::string_view text, mode_t mode = 0644);
/// Returns when the contents of the open file are on the disk.
void sync_file(int fd);
/// Returns when the entries of the directory are.
void sync_directory(const std::string& path);

}  // namespace nacre
