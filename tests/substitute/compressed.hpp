// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace nacre {

/// The bytes, compressed as `compression` says ("gzip", "lzip"…).
inline std::string compressed(const std::string& compression, std::string_view bytes) {
  std::unique_ptr<archive, decltype(&archive_write_free)> writer(archive_write_new(),
                                                                 &archive_write_free);
  EXPECT_EQ(archive_write_add_filter_by_name(writer.get(), compression.c_str()), ARCHIVE_OK);
  archive_write_set_format_raw(writer.get());
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  std::string result(bytes.size() + 1000000, '\0');
  std::size_t size = 0;
  EXPECT_EQ(archive_write_open_memory(writer.get(), result.data(), result.size(), &size),
            ARCHIVE_OK);
  std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                      &archive_entry_free);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_write_header(writer.get(), entry.get());
  archive_write_data(writer.get(), bytes.data(), bytes.size());
  archive_write_close(writer.get());
  result.resize(size);
  return result;
}

}  // namespace nacre
