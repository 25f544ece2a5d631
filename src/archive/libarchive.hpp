// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "base/lazy_function.hpp"

/// The functions of libarchive that are used here: it is loaded when the first of them is called.
namespace nacre {

// archive_set_error is declared to be like printf.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"
#define NACRE_LAZY(name) \
  inline constexpr LazyFunction<NACRE_LIBARCHIVE, #name, decltype(::name)> name
NACRE_LAZY(archive_entry_acl_clear);
NACRE_LAZY(archive_entry_filetype);
NACRE_LAZY(archive_entry_gid);
NACRE_LAZY(archive_entry_hardlink);
NACRE_LAZY(archive_entry_hardlink_utf8);
NACRE_LAZY(archive_entry_mtime);
NACRE_LAZY(archive_entry_pathname);
NACRE_LAZY(archive_entry_pathname_utf8);
NACRE_LAZY(archive_entry_perm);
NACRE_LAZY(archive_entry_set_hardlink);
NACRE_LAZY(archive_entry_set_pathname);
NACRE_LAZY(archive_entry_set_perm);
NACRE_LAZY(archive_entry_size);
NACRE_LAZY(archive_entry_symlink);
NACRE_LAZY(archive_entry_symlink_utf8);
NACRE_LAZY(archive_entry_uid);
NACRE_LAZY(archive_entry_unset_mtime);
NACRE_LAZY(archive_entry_xattr_clear);
NACRE_LAZY(archive_errno);
NACRE_LAZY(archive_error_string);
NACRE_LAZY(archive_filter_code);
NACRE_LAZY(archive_filter_count);
NACRE_LAZY(archive_filter_name);
NACRE_LAZY(archive_read_data);
NACRE_LAZY(archive_read_data_block);
NACRE_LAZY(archive_read_free);
NACRE_LAZY(archive_read_new);
NACRE_LAZY(archive_read_next_header);
NACRE_LAZY(archive_read_open);
NACRE_LAZY(archive_read_open_filename);
NACRE_LAZY(archive_read_support_filter_bzip2);
NACRE_LAZY(archive_read_support_filter_gzip);
NACRE_LAZY(archive_read_support_filter_lzip);
NACRE_LAZY(archive_read_support_filter_lzma);
NACRE_LAZY(archive_read_support_filter_rpm);
NACRE_LAZY(archive_read_support_filter_xz);
NACRE_LAZY(archive_read_support_filter_zstd);
NACRE_LAZY(archive_read_support_format_ar);
NACRE_LAZY(archive_read_support_format_cpio);
NACRE_LAZY(archive_read_support_format_raw);
NACRE_LAZY(archive_read_support_format_tar);
NACRE_LAZY(archive_set_error);
NACRE_LAZY(archive_write_close);
NACRE_LAZY(archive_write_data_block);
NACRE_LAZY(archive_write_disk_new);
NACRE_LAZY(archive_write_disk_set_options);
NACRE_LAZY(archive_write_finish_entry);
NACRE_LAZY(archive_write_free);
NACRE_LAZY(archive_write_header);
#undef NACRE_LAZY
#pragma GCC diagnostic pop

}  // namespace nacre
