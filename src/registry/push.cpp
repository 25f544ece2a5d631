// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/push.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "base/interrupt.hpp"
#include "base/progress_text.hpp"
#include "base/thread.hpp"

namespace nacre::registry {
namespace {

/// A registry on the other side of the world is asked about several blobs at a time.
constexpr std::size_t most_connections = 4;

/// Uploads what is missing, over several connections.
class BlobPusher {
 public:
  BlobPusher(Repository& repository, const std::vector<Blob>& blobs)
      : repository_(repository), blobs_(blobs) {}

  void run() {
    ThreadGroup threads;
    for (std::size_t i = 0; i < std::min(most_connections, blobs_.size()); ++i)
      if (!threads.add([this] { work(); })) break;
    threads.join();
    check_interrupted();
    if (failure_) std::rethrow_exception(failure_);
  }

  std::uint64_t bytes() const { return bytes_; }
  std::size_t count() const { return count_; }

 private:
  void work() {
    try {
      Connection connection(repository_);
      for (std::size_t i = next_++; i < blobs_.size() && !failed_; i = next_++)
        push(connection, blobs_[i]);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
  }

  void push(Connection& connection, const Blob& blob) {
    if (has_blob(connection, blob.digest)) return note_place(cache_, repository_, blob.digest);
    check_digest(blob);
    const std::string title = "pushing " + blob.digest.substr(blob.digest.find(':') + 1, 12);
    const auto activity = repository_.reporter().start(title, Reporter::Unit::bytes);
    auto on_progress = [&](std::uint64_t done) {
      activity->progress(done, std::max<std::uint64_t>(blob.contents.size, 1));
    };
    upload_blob(connection, cache_, blob, on_progress);
    bytes_ += blob.contents.size;
    ++count_;
  }

  Repository& repository_;
  const std::vector<Blob>& blobs_;
  PushCache cache_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

std::string push_image(Repository& repository, const ImageLayout& layout, MediaTypes types,
                       const std::vector<Artefact>& artefacts) {
  const PushPlan plan = plan_push(layout, types);
  BlobPusher blobs(repository, plan.blobs);
  blobs.run();

  Connection connection(repository);
  const Document& image = plan.image();
  const PushCache cache;
  for (const Document& manifest : plan.manifests)
    if (&manifest != &image || !artefacts.empty())
      put_manifest(connection, manifest.digest, manifest);
  for (const Artefact& artefact : artefacts) push_artefact(connection, cache, image, artefact);
  put_manifest(connection, repository.reference().tag, image);

  repository.reporter().info(fmt::format("{} of {} blobs were uploaded, {}", blobs.count(),
                                         plan.blobs.size(),
                                         progress_text::byte_count(blobs.bytes())));
  return repository.reference().name() + "@" + image.digest;
}

}  // namespace nacre::registry
