// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/upload.hpp"

#include <algorithm>
#include <charconv>

#include "registry/answer.hpp"
#include "registry/status.hpp"

namespace nacre::registry {
namespace {

/// A multiple of what object stores behind registries take, and soon sent: a registry may forget
/// a piece that breaks off in its middle, with all that came before.
constexpr std::uint64_t usual_piece = std::uint64_t{5} << 20;
/// The registry itself may be about to start; where it sends us, somebody should be.
constexpr unsigned most_refusals = 2;
constexpr std::uint64_t largest_piece = std::uint64_t{1} << 30;

/// A piece did not come whole, for a reason that may pass.
class BrokenOff : public Error {
 public:
  using Error::Error;
};

/// The registry knows nothing of this upload any more, or has something else of it than we think.
class UploadLost : public Error {
 public:
  using Error::Error;
};

std::string place_of(const Repository& repository, const std::string& digest) {
  return repository.reference().registry + " " + digest;
}

bool is_lost(const Response& response) {
  return response.status == status::not_found || response.status == status::conflict ||
         response.status == status::range_not_satisfiable;
}

class Upload {
 public:
  Upload(Connection& connection, const PushCache& cache, const Blob& blob,
         const std::function<void(std::uint64_t)>& on_progress)
      : session_(connection),
        cache_(cache),
        blob_(blob),
        on_progress_(on_progress),
        record_(connection.repository().url("blobs/" + blob.digest).text()),
        place_(place_of(connection.repository(), blob.digest)) {}

  void run() {
    if (const auto address = cache_.uploads.find(record_)) location_ = Url::parse(*address);
    unsigned attempt = 1;
    for (;; ++attempt) {
      const std::uint64_t before = position_;
      try {
        send_all();
        return note_end();
      } catch (const UploadLost& error) {
        cache_.uploads.forget(record_);
        if (attempt == most_attempts) throw;
        location_.reset();
      } catch (const BrokenOff& error) {
        if (position_ > before) attempt = 1;
        if (attempt == most_attempts) throw;
        session_.pause(attempt, error.what());
        // It may have come whole, and only the answer was lost.
        if (has_blob(session_, blob_.digest)) return note_end();
      }
    }
  }

 private:
  void note_end() {
    cache_.uploads.forget(record_);
    note_place(cache_, session_.repository(), blob_.digest);
  }

  void send_all() {
    if (!find_position() && !mount()) start();
    while (location_ && blob_.contents.size - position_ > piece_) send_piece();
    if (location_) finish();
  }

  /// Asks the registry how much of an upload that was begun it has. False if there is none.
  bool find_position() {
    if (!location_) return false;
    const Response response = ask_position();
    const auto size = parse_range(response.header("range"));
    if ((response.status != status::no_content && response.status != status::ok) || !size ||
        *size > blob_.contents.size)
      return false;
    position_ = *size;
    move_on(response);
    on_progress_(position_);
    return true;
  }

  Response ask_position() {
    try {
      const Request request("GET", *location_);
      return is_elsewhere() ? session_.send_once(request) : session_.send(request);
    } catch (const Error&) {
      return {};  // whatever is wrong with that address, there are others
    }
  }

  /// Whether the registry has us send the blob to another server.
  bool is_elsewhere() const { return !session_.repository().is_registry(*location_); }

  /// Has the registry take the blob from another repository that once had it. Whatever comes
  /// between, a right to read there that is not ours for instance: it can be uploaded as well.
  bool mount() {
    const auto source = cache_.places.find(place_);
    if (!source || *source == session_.repository().reference().repository) return false;
    cache_.places.forget(place_);
    Request request("POST", session_.repository().url("blobs/uploads/"));
    request.url.add_query("mount", blob_.digest);
    request.url.add_query("from", *source);
    try {
      return begin(session_.send_once(request));
    } catch (const Error&) {
      return false;
    }
  }

  void start() {
    const Response response =
        session_.send(Request("POST", session_.repository().url("blobs/uploads/")));
    if (!begin(response)) throw session_.failure(response, "uploading a layer");
  }

  /// False if that is no answer to the begin of an upload. There is nothing to upload if the
  /// registry says that it has the blob.
  bool begin(const Response& response) {
    location_.reset();
    position_ = 0;
    if (response.status == status::created) return true;
    if (response.status != status::accepted || response.header("location").empty()) return false;
    location_ = session_.repository().url("blobs/uploads/");
    read_smallest_piece(response);
    move_on(response);
    return true;
  }

  void read_smallest_piece(const Response& response) {
    const std::string text = response.header("oci-chunk-min-length");
    std::uint64_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    piece_ = std::clamp(size, usual_piece, largest_piece);
  }

  /// The address of what comes next is in each answer.
  void move_on(const Response& response) {
    const std::string next = response.header("location");
    if (!next.empty()) location_ = follow(*location_, next);
    if (blob_.contents.size > piece_) cache_.uploads.remember(record_, location_->text());
  }

  Request piece_request(const std::string& method, std::uint64_t size) {
    Request request(method, *location_);
    request.headers.emplace_back("Content-Type: application/octet-stream");
    if (size > 0)
      request.headers.push_back(
          fmt::format("Content-Range: {}-{}", position_, position_ + size - 1));
    request.body = blob_.contents.slice(position_, size);
    request.on_sent = [this](std::uint64_t sent) { on_progress_(position_ + sent); };
    return request;
  }

  Response send_body(const Request& request) {
    Response response = send_or_break(request);
    if (is_passing(response)) throw BrokenOff("it answers with status {}", response.status);
    if (is_lost(response))
      throw UploadLost("{}", session_.failure(response, "uploading a layer").what());
    return response;
  }

  Response send_or_break(const Request& request) {
    try {
      return session_.send_once(request);
    } catch (const TransferError& error) {
      const bool is_refused = error.kind() == TransferError::Kind::unreachable && is_elsewhere();
      if (is_refused && ++refusals_ == most_refusals)
        throw Error("uploading a layer: {} sends us to a server that cannot be reached: {}",
                    session_.repository().reference().registry, error.what());
      if (error.kind() != TransferError::Kind::passing &&
          error.kind() != TransferError::Kind::unreachable)
        throw;
      throw BrokenOff("{}", error.what());
    }
  }

  void send_piece() {
    const Response response = send_body(piece_request("PATCH", piece_));
    if (response.status != status::accepted && response.status != status::no_content)
      throw session_.failure(response, "uploading a layer");
    const std::string range = response.header("range");
    const std::uint64_t expected = position_ + piece_;
    const auto size = range.empty() ? std::optional(expected) : parse_range(range);
    if (!size || *size <= position_ || *size > expected)
      throw UploadLost("uploading a layer: the registry tells of it what cannot be");
    position_ = *size;
    move_on(response);
    on_progress_(position_);
  }

  /// The last piece comes with the digest.
  void finish() {
    Request request = piece_request("PUT", blob_.contents.size - position_);
    request.url.add_query("digest", blob_.digest);
    const Response response = send_body(request);
    if (response.status != status::created && response.status != status::ok &&
        response.status != status::no_content) {
      cache_.uploads.forget(record_);
      throw session_.failure(response, "uploading a layer");
    }
    on_progress_(blob_.contents.size);
  }

  Connection& session_;
  const PushCache& cache_;
  const Blob& blob_;
  const std::function<void(std::uint64_t)>& on_progress_;
  std::string record_;
  std::string place_;
  std::optional<Url> location_;
  std::uint64_t position_ = 0;
  std::uint64_t piece_ = usual_piece;
  unsigned refusals_ = 0;  ///< of another server than the registry
};

}  // namespace

void note_place(const PushCache& cache, const Repository& repository, const std::string& digest) {
  const std::string name = place_of(repository, digest);
  if (!cache.places.find(name)) cache.places.remember(name, repository.reference().repository);
}

bool has_blob(Connection& connection, const std::string& digest) {
  const Response response =
      connection.send(Request("HEAD", connection.repository().url("blobs/" + digest)));
  if (response.status == status::not_found) return false;
  if (response.status == status::ok) return true;
  throw connection.failure(response, "looking for a layer");
}

void upload_blob(Connection& connection, const PushCache& cache, const Blob& blob,
                 const std::function<void(std::uint64_t)>& on_progress) {
  Upload(connection, cache, blob, on_progress).run();
}

}  // namespace nacre::registry
