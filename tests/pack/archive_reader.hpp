// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "archive/owner.hpp"

namespace nacre {

/// Of whom tests say that a file belongs to them; all others belong to root.
inline constexpr Owner somebody{7000, 3000000000};

/// What libarchive, which is not ours, finds in an archive.
struct ArchiveEntry {
  std::string name;  ///< without a slash at the end
  mode_t type = 0;
  mode_t permissions = 0;
  std::string contents;  ///< or the target of a symbolic link
  Owner owner;
};

inline std::string read_contents(archive* reader) {
  std::string contents, buffer(65536, '\0');
  for (la_ssize_t count; (count = archive_read_data(reader, buffer.data(), buffer.size())) != 0;) {
    if (count < 0) {
      ADD_FAILURE() << archive_error_string(reader);
      break;
    }
    contents.append(buffer, 0, static_cast<std::size_t>(count));
  }
  return contents;
}

/// Entries in their order; checks on the way that owner and time say nothing of this machine.
inline std::vector<ArchiveEntry> read_archive(const std::string& bytes,
                                              int (*support_format)(archive*)) {
  archive* reader = archive_read_new();
  archive_read_support_filter_all(reader);
  support_format(reader);
  EXPECT_EQ(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
  std::vector<ArchiveEntry> entries;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader, &entry)) == ARCHIVE_OK) {
    EXPECT_EQ(archive_entry_mtime(entry), 1);
    const Owner owner{static_cast<std::uint32_t>(archive_entry_uid(entry)),
                      static_cast<std::uint32_t>(archive_entry_gid(entry))};
    EXPECT_TRUE(owner == Owner{} || owner == somebody) << archive_entry_pathname(entry);
    std::string name = archive_entry_pathname(entry);
    if (name.ends_with('/')) name.pop_back();
    mode_t type = archive_entry_filetype(entry);
    std::string contents = type == AE_IFLNK ? archive_entry_symlink(entry) : read_contents(reader);
    entries.push_back({name, type, archive_entry_perm(entry), contents, owner});
  }
  EXPECT_EQ(status, ARCHIVE_EOF) << archive_error_string(reader);
  archive_read_free(reader);
  return entries;
}

inline std::vector<ArchiveEntry> read_tar(const std::string& bytes) {
  return read_archive(bytes, archive_read_support_format_tar);
}

/// Also that in an RPM package.
inline std::vector<ArchiveEntry> read_cpio(const std::string& bytes) {
  return read_archive(bytes, archive_read_support_format_cpio);
}

/// By name; a name that comes twice is a failure.
inline std::map<std::string, ArchiveEntry> by_name(const std::vector<ArchiveEntry>& entries) {
  std::map<std::string, ArchiveEntry> map;
  for (const ArchiveEntry& entry : entries)
    EXPECT_TRUE(map.emplace(entry.name, entry).second) << entry.name << " comes twice";
  return map;
}

inline std::vector<std::string> names_of(const std::vector<ArchiveEntry>& entries) {
  std::vector<std::string> names;
  for (const ArchiveEntry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace nacre
