// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/build_log.hpp"

#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "builds/builder.hpp"

namespace nacre {
namespace {

constexpr std::size_t kept_lines = 25;
/// A line that is longer is passed on in pieces.
constexpr std::size_t longest_line = 16 * 1024;

std::string log_stem(const StoreLayout& layout, const StorePath& derivation) {
  std::string_view name = derivation.base_name();
  return fmt::format("{}/drvs/{}/{}", layout.log, name.substr(0, 2), name.substr(2));
}

UniqueFd create_log(const std::string& file) {
  // The directory is nearly always there.
  UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (fd) return fd;
  if (errno != ENOENT) throw_errno(file);
  make_directories(directory_name(file));
  return open_file(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
}

}  // namespace

/// A gzip stream to a file descriptor.
struct BuildLog::Compressor {
  explicit Compressor(int fd) : fd(fd) {
    constexpr int gzip_window = 15 + 16;
    [[maybe_unused]] int result = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                                               gzip_window, 8, Z_DEFAULT_STRATEGY);
    assert(result == Z_OK);
  }
  ~Compressor() { deflateEnd(&stream); }

  void write(std::string_view bytes, int flush) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = buffer.size();
      deflate(&stream, flush);
      write_fully(fd, {buffer.data(), buffer.size() - stream.avail_out});
    } while (stream.avail_out == 0);
  }

  int fd;
  z_stream stream{};
  std::array<char, 32 * 1024> buffer;
};

std::string build_log_file(const StoreLayout& layout, const StorePath& derivation) {
  return log_stem(layout, derivation) + ".gz";
}

BuildLog::BuildLog(const StoreLayout& layout, const StorePath& derivation, OnLine on_line)
    : file_(build_log_file(layout, derivation)),
      fd_(create_log(file_)),
      on_line_(std::move(on_line)) {}

BuildLog::~BuildLog() {
  if (!fd_) return;
  try {
    finish();  // of a build that was given up
  } catch (const std::exception&) {
  }
}

void BuildLog::write(std::string_view bytes) {
  if (!compressor_) compressor_ = std::make_unique<Compressor>(fd_.get());
  compressor_->write(bytes, Z_NO_FLUSH);
  split(bytes);
}

void BuildLog::finish() {
  if (!partial_.empty()) end_line(std::exchange(partial_, {}));
  if (!compressor_) compressor_ = std::make_unique<Compressor>(fd_.get());
  compressor_->write({}, Z_FINISH);
  compressor_.reset();
  fd_.reset();
}

void BuildLog::split(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t end = bytes.find('\n');
    std::string_view piece = bytes.substr(0, std::min(end, longest_line));
    bytes.remove_prefix(piece.size());
    if (partial_.empty() && end == piece.size()) {
      end_line(piece);
    } else {
      partial_.append(piece);
      if (end != piece.size() && partial_.size() < longest_line) continue;
      end_line(std::exchange(partial_, {}));
    }
    if (end == piece.size()) bytes.remove_prefix(1);
  }
}

void BuildLog::end_line(std::string_view line) {
  last_lines_.emplace_back(line);
  if (last_lines_.size() > kept_lines) last_lines_.pop_front();
  if (on_line_) on_line_(line);
}

std::optional<std::string> find_build_log(LocalStore& store, const StorePath& path) {
  StorePathSet derivations;
  if (path.is_derivation()) {
    derivations.insert(path);
  } else {
    derivations = store.derivers(path);
    auto info = store.query_path_info(path);
    if (info && info->deriver) derivations.insert(*info->deriver);
  }
  for (const auto& derivation : derivations) {
    for (const char* ending : {".gz", ".bz2", ""}) {
      std::string file = log_stem(store.layout(), derivation) + ending;
      if (path_exists(file)) return file;
    }
  }
  return {};
}

}  // namespace nacre
