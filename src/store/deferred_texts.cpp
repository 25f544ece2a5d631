// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deferred_texts.hpp"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "base/thread.hpp"
#include "store/database.hpp"
#include "store/temp_roots.hpp"

namespace nacre {
namespace {

/// As much as is written at once: enough for the transaction not to count, little to hold. While a
/// batch is being written, the next one grows.
constexpr std::size_t batch_size = std::size_t{64} << 10;
constexpr std::size_t largest_batch = std::size_t{512} << 10;

/// Who writes texts asks the store about them, which must not wait for them.
thread_local bool is_writing = false;

}  // namespace

DeferredTexts::~DeferredTexts() {
  if (writer_ == getpid()) join();
  static_cast<void>(thread_.release());  // the parent's
}

StorePath DeferredTexts::add(Store::Text text) {
  StorePath path =
      make_text_path(text.name, hash_bytes(HashAlgorithm::sha256, text.text), text.references);
  std::lock_guard lock(mutex_);
  if (known_.contains(path)) return path;
  for (const StorePath& reference : text.references) require(reference, path);
  known_.insert(path);
  size_ += text.text.size();
  texts_.push_back(std::move(text));
  if (size_ > largest_batch || (size_ > batch_size && is_idle())) start_writing();
  return path;
}

void DeferredTexts::flush() {
  if (is_writing) return;
  std::lock_guard lock(mutex_);
  if (!texts_.empty()) start_writing();
  finish_writing();
}

void DeferredTexts::forget() {
  flush();
  std::lock_guard lock(mutex_);
  known_.clear();
}

void DeferredTexts::require(const StorePath& reference, const StorePath& referrer) {
  if (known_.contains(reference)) return;
  temp_roots_.add(reference);
  if (!database_.is_valid(reference))
    throw Error("'{}' refers to '{}', which is not valid", referrer.text(), reference.text());
  known_.insert(reference);
}

bool DeferredTexts::is_idle() const {
  return !writing_.valid() ||
         writing_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// One batch at a time, so that each is there before those that refer to it.
void DeferredTexts::start_writing() {
  finish_writing();
  size_ = 0;
  auto write = std::make_shared<std::packaged_task<void()>>(
      [this, texts = std::exchange(texts_, {})]() mutable {
        const std::vector<Store::Text> own = std::move(texts);  // freed here, by the thread
        this->write(own);
      });
  writing_ = write->get_future();
  writer_ = getpid();
  auto thread = try_start_thread([write] { (*write)(); });
  if (!thread) return (*write)();  // it takes longer then
  thread_ = std::make_unique<std::thread>(std::move(*thread));
}

void DeferredTexts::write(const std::vector<Store::Text>& texts) {
  is_writing = true;
  try {
    write_(texts);
  } catch (...) {
    is_writing = false;
    throw;
  }
  is_writing = false;
}

void DeferredTexts::finish_writing() {
  if (!writing_.valid()) return;
  if (writer_ != getpid()) return forget_parents_thread();
  join();
  try {
    writing_.get();
  } catch (...) {
    known_.clear();
    texts_.clear();
    size_ = 0;
    throw;
  }
}

void DeferredTexts::join() {
  if (thread_) thread_->join();
  thread_.reset();
}

/// After a fork there is no thread that would finish; what it writes, the parent knows of.
void DeferredTexts::forget_parents_thread() {
  writing_ = {};
  static_cast<void>(thread_.release());
  known_.clear();
}

}  // namespace nacre
