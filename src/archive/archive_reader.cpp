// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/archive_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include "archive/libarchive.hpp"
#include "base/error.hpp"

namespace nacre {

namespace {

/// Not all that libarchive has: some of them run a program.
void support(archive* reader) {
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_lzma(reader);
  archive_read_support_filter_lzip(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_rpm(reader);
  archive_read_support_format_tar(reader);
  archive_read_support_format_ar(reader);
  archive_read_support_format_cpio(reader);
}

std::string normal_path(std::string_view path) {
  std::string normal;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (!normal.empty()) normal += '/';
    normal += part;
  }
  return normal;
}

/// libarchive has no text when it cannot convert one to this process's character set.
std::string text_or_empty(const char* text, const char* utf8) {
  if (text != nullptr) return text;
  return utf8 != nullptr ? utf8 : "";
}

ArchiveFile::Type file_type(archive_entry* entry) {
  if (archive_entry_filetype(entry) == AE_IFREG) return ArchiveFile::Type::regular;
  if (archive_entry_filetype(entry) == AE_IFDIR) return ArchiveFile::Type::directory;
  if (archive_entry_filetype(entry) == AE_IFLNK) return ArchiveFile::Type::symlink;
  return ArchiveFile::Type::other;
}

ArchiveFile describe(archive_entry* entry) {
  ArchiveFile file;
  file.path =
      normal_path(text_or_empty(archive_entry_pathname(entry), archive_entry_pathname_utf8(entry)));
  file.type = file_type(entry);
  if (file.type == ArchiveFile::Type::symlink)
    file.link_target =
        text_or_empty(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry));
  const std::string hard_link =
      text_or_empty(archive_entry_hardlink(entry), archive_entry_hardlink_utf8(entry));
  if (!hard_link.empty()) file.link_target = hard_link;
  const bool has_size = file.type == ArchiveFile::Type::regular && hard_link.empty();
  const la_int64_t size = has_size ? archive_entry_size(entry) : 0;
  if (size < 0) throw Error("a file of the archive has a negative size");
  file.size = static_cast<std::uint64_t>(size);
  file.mode = archive_entry_perm(entry);
  file.time = archive_entry_mtime(entry);
  file.owner = static_cast<std::uint64_t>(archive_entry_uid(entry));
  file.group = static_cast<std::uint64_t>(archive_entry_gid(entry));
  return file;
}

}  // namespace

void ArchiveReader::Close::operator()(archive* reader) const {
  archive_read_free(reader);
}

ArchiveReader::ArchiveReader(Source source)
    : source_(std::move(source)), buffer_(1 << 16, '\0'), reader_(archive_read_new()) {
  if (!reader_) throw std::bad_alloc();
  support(reader_.get());
  const int status =
      archive_read_open(reader_.get(), this, nullptr, &ArchiveReader::read_source, nullptr);
  if (status < ARCHIVE_WARN) fail();
}

/// Called by C, through which no exception may pass.
ssize_t ArchiveReader::read_source(archive* reader, void* self, const void** bytes) {
  auto& that = *static_cast<ArchiveReader*>(self);
  try {
    const std::string_view piece = that.source_();
    *bytes = piece.data();
    return static_cast<ssize_t>(piece.size());
  } catch (...) {
    that.source_failure_ = std::current_exception();
    archive_set_error(reader, EIO, "cannot be read");
    return ARCHIVE_FATAL;
  }
}

void ArchiveReader::fail() const {
  if (source_failure_) std::rethrow_exception(source_failure_);
  const char* reason = archive_error_string(reader_.get());
  throw Error("{}", reason != nullptr ? reason : "the archive is damaged");
}

std::optional<ArchiveFile> ArchiveReader::next() {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader_.get(), &entry);
  if (status == ARCHIVE_EOF) return {};
  if (status < ARCHIVE_WARN) fail();
  return describe(entry);
}

std::string_view ArchiveReader::read() {
  const la_ssize_t count = archive_read_data(reader_.get(), buffer_.data(), buffer_.size());
  if (count < 0) fail();
  return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
}

std::string ArchiveReader::compression() const {
  for (int i = 0; i < archive_filter_count(reader_.get()); ++i) {
    const int code = archive_filter_code(reader_.get(), i);
    if (code != ARCHIVE_FILTER_NONE && code != ARCHIVE_FILTER_RPM)
      return archive_filter_name(reader_.get(), i);
  }
  return "none";
}

bool ArchiveReader::is_rpm() const {
  for (int i = 0; i < archive_filter_count(reader_.get()); ++i)
    if (archive_filter_code(reader_.get(), i) == ARCHIVE_FILTER_RPM) return true;
  return false;
}

}  // namespace nacre
