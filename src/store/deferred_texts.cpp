// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/deferred_texts.hpp"

#include <utility>

#include "base/error.hpp"

namespace nacre {
namespace {

constexpr std::size_t most_bytes = std::size_t{512} << 10;

}  // namespace

StorePath DeferredTexts::add(Store::Text text) {
  StorePath path =
      make_text_path(text.name, hash_bytes(HashAlgorithm::sha256, text.text), text.references);
  std::lock_guard lock(mutex_);
  if (known_.contains(path)) return path;
  for (const StorePath& reference : text.references) require(reference, path);
  known_.insert(path);
  size_ += text.text.size();
  texts_.push_back(std::move(text));
  if (size_ > most_bytes) flush_locked();
  return path;
}

void DeferredTexts::flush() {
  std::lock_guard lock(mutex_);
  if (!texts_.empty()) flush_locked();
}

void DeferredTexts::forget() {
  flush();
  std::lock_guard lock(mutex_);
  known_.clear();
}

void DeferredTexts::require(const StorePath& reference, const StorePath& referrer) {
  if (known_.contains(reference)) return;
  store_->add_temp_root(reference);
  if (!store_->is_valid(reference))
    throw Error("`{}' refers to `{}', which is not valid", referrer.text(), reference.text());
  known_.insert(reference);
}

void DeferredTexts::flush_locked() {
  const std::vector<Store::Text> texts = std::exchange(texts_, {});
  size_ = 0;
  try {
    store_->add_texts(texts);
  } catch (...) {
    known_.clear();
    throw;
  }
}

}  // namespace nacre
