// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sink.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/fd_error.hpp"
#include "base/files.hpp"
#include "base/interrupt.hpp"

namespace nacre {

void Source::read_exactly(char* buffer, std::size_t size) {
  while (size > 0) {
    std::size_t count = read(buffer, size);
    if (count == 0) throw Error("unexpected end of input");
    buffer += count;
    size -= count;
  }
}

void FdSink::write(std::string_view bytes) {
  write_fully(fd_, bytes);
}

BufferedSink::BufferedSink(Sink& next, std::size_t capacity) : next_(next), capacity_(capacity) {
  buffer_.reserve(capacity);
}

void BufferedSink::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > capacity_) flush();
  if (bytes.size() >= capacity_)
    next_.write(bytes);
  else
    buffer_.append(bytes);
}

void BufferedSink::flush() {
  if (buffer_.empty()) return;
  next_.write(buffer_);
  buffer_.clear();
}

std::size_t FdSource::read(char* buffer, std::size_t size) {
  for (;;) {
    ssize_t count = ::read(fd_, buffer, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_fd_error("reading", fd_);
    check_interrupted();
  }
}

std::size_t StringSource::read(char* buffer, std::size_t size) {
  std::size_t count = std::min(size, rest_.size());
  if (count == 0) return 0;
  std::memcpy(buffer, rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

BufferedSource::BufferedSource(Source& next, std::size_t capacity)
    : next_(next), buffer_(capacity, '\0') {}

std::size_t BufferedSource::read(char* buffer, std::size_t size) {
  if (begin_ == end_) {
    if (size >= buffer_.size()) return next_.read(buffer, size);
    begin_ = 0;
    end_ = next_.read(buffer_.data(), buffer_.size());
  }
  std::size_t count = std::min(size, end_ - begin_);
  std::memcpy(buffer, buffer_.data() + begin_, count);
  begin_ += count;
  return count;
}

}  // namespace nacre
