// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/decompress.hpp"

#include <array>
#include <cerrno>
#include <exception>
#include <vector>

#include "archive/libarchive.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

struct Compression {
  std::string_view name;
  int filter;
  int (*enable)(archive*);
};

constexpr std::array<Compression, 5> compressions{{
    {"gzip", ARCHIVE_FILTER_GZIP, archive_read_support_filter_gzip},
    {"bzip2", ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2},
    {"xz", ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
    {"lzip", ARCHIVE_FILTER_LZIP, archive_read_support_filter_lzip},
    {"zstd", ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
}};

const Compression* find_compression(std::string_view name) {
  for (const auto& compression : compressions)
    if (compression.name == name) return &compression;
  return nullptr;
}

/// Hands through what `next` has.
class PlainSource : public Source {
 public:
  explicit PlainSource(Source& next) : next_(next) {}
  std::size_t read(char* buffer, std::size_t size) override { return next_.read(buffer, size); }

 private:
  Source& next_;
};

class DecompressingSource : public Source {
 public:
  DecompressingSource(const Compression& compression, Source& compressed)
      : compression_(compression),
        compressed_(compressed),
        block_(std::size_t{256} * 1024),
        archive_(archive_read_new()) {
    if (!archive_) throw Error("libarchive cannot be used");
  }

  std::size_t read(char* buffer, std::size_t size) override {
    if (!opened_) open();
    la_ssize_t count = archive_read_data(archive_.get(), buffer, size);
    if (count < 0) fail();
    return static_cast<std::size_t>(count);
  }

 private:
  void open() {
    opened_ = true;
    archive_read_support_format_raw(archive_.get());
    check(compression_.enable(archive_.get()));
    check(archive_read_open(archive_.get(), this, nullptr, read_block, nullptr));
    archive_entry* entry = nullptr;
    check(archive_read_next_header(archive_.get(), &entry));
    if (archive_filter_code(archive_.get(), 0) != compression_.filter)
      throw Error("the archive is not compressed by {}", compression_.name);
  }

  /// A warning says that another program would be needed.
  void check(int result) {
    if (result != ARCHIVE_OK) fail();
  }

  [[noreturn]] void fail() {
    if (failure_) std::rethrow_exception(failure_);
    const char* reason = archive_error_string(archive_.get());
    throw Error("decompressing by {}: {}", compression_.name, reason ? reason : "it failed");
  }

  /// Called by libarchive, through which no exception may pass.
  static la_ssize_t read_block(archive* handle, void* argument, const void** data) {
    auto& self = *static_cast<DecompressingSource*>(argument);
    try {
      *data = self.block_.data();
      return static_cast<la_ssize_t>(self.compressed_.read(self.block_.data(), self.block_.size()));
    } catch (...) {
      self.failure_ = std::current_exception();
      archive_set_error(handle, EIO, "reading failed");
      return -1;
    }
  }

  const Compression& compression_;
  Source& compressed_;
  std::vector<char> block_;
  std::exception_ptr failure_;
  std::unique_ptr<archive, FreeWith<archive_read_free>> archive_;
  bool opened_ = false;
};

}  // namespace

bool is_known_compression(std::string_view name) {
  return name == "none" || find_compression(name);
}

std::unique_ptr<Source> decompress(std::string_view compression, Source& compressed) {
  if (compression == "none") return std::make_unique<PlainSource>(compressed);
  const Compression* known = find_compression(compression);
  if (!known) throw Error("compression '{}' is not known", compression);
  return std::make_unique<DecompressingSource>(*known, compressed);
}

}  // namespace nacre
