// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace nacre {

/// Where a stream of bytes goes. Not thread-safe. write() throws Error on failure.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
};

/// Where a stream of bytes comes from. read() returns how many bytes it put at `buffer` (at most
/// `size`), 0 only at the end.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::size_t read(char* buffer, std::size_t size) = 0;

  /// Reads exactly `size` bytes; Error "unexpected end of input" otherwise.
  void read_exactly(char* buffer, std::size_t size);
};

class StringSink : public Sink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

class NullSink : public Sink {
 public:
  void write(std::string_view bytes) override { size += bytes.size(); }
  std::uint64_t size = 0;
};

/// Writes to two sinks; borrows both.
class TeeSink : public Sink {
 public:
  TeeSink(Sink& first, Sink& second) : first_(first), second_(second) {}
  void write(std::string_view bytes) override {
    first_.write(bytes);
    second_.write(bytes);
  }

 private:
  Sink& first_;
  Sink& second_;
};

/// Writes to a file descriptor that it borrows; no buffer of its own.
class FdSink : public Sink {
 public:
  explicit FdSink(int fd) : fd_(fd) {}
  void write(std::string_view bytes) override;

 private:
  int fd_;
};

/// Collects small writes into blocks for `next`, which it borrows. flush() before it goes away.
class BufferedSink : public Sink {
 public:
  explicit BufferedSink(Sink& next, std::size_t capacity = std::size_t{256} * 1024);
  void write(std::string_view bytes) override;
  void flush();

 private:
  Sink& next_;
  std::size_t capacity_;
  std::string buffer_;
};

class FdSource : public Source {
 public:
  explicit FdSource(int fd) : fd_(fd) {}
  std::size_t read(char* buffer, std::size_t size) override;

 private:
  int fd_;
};

class StringSource : public Source {
 public:
  explicit StringSource(std::string_view text) : rest_(text) {}  ///< borrows the text
  std::size_t read(char* buffer, std::size_t size) override;

 private:
  std::string_view rest_;
};

/// Buffers reads from `next`, which it borrows.
class BufferedSource : public Source {
 public:
  explicit BufferedSource(Source& next, std::size_t capacity = std::size_t{256} * 1024);
  std::size_t read(char* buffer, std::size_t size) override;

 private:
  Source& next_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace nacre
