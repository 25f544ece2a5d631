// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/address_list.hpp"
#include "builds/builtins.hpp"
#include "builds/debian_mirror.hpp"
#include "builds/fetcher.hpp"

namespace nacre {
namespace {

/// One download: its addresses until one gives the right file.
class Download {
 public:
  explicit Download(const BuiltinContext& context)
      : context_(context), file_(context.outputs.at("out")), fetcher_(context.progress) {}

  void run() {
    for (const auto& address : parse_address_list(context_.variable("url"))) {
      std::printf("fetching %s\n", address.c_str());
      std::fflush(stdout);
      std::string failure = fetch(address);
      if (!failure.empty()) {
        std::printf("%s: %s\n", address.c_str(), failure.c_str());
        unlink(file_.c_str());
        continue;
      }
      finish_file();
      if (is_expected()) return;
      std::printf("%s: not the file with the expected hash\n", address.c_str());
    }
    // A file with another hash stays, for the error to show the hash it has.
    if (!path_exists(file_)) throw Error("none of the addresses gave the file");
  }

 private:
  std::string fetch(const std::string& address) {
    constexpr std::string_view debian = "mirror://debian/";
    if (address.starts_with(debian)) {
      return fetch_from_debian(
          std::string_view(address).substr(debian.size()), file_,
          [this](const std::string& other) { return fetcher_.fetch(other, file_); });
    }
    return fetcher_.fetch(address, file_);
  }

  /// Before it is hashed: the hash may tell programs from other files.
  void finish_file() {
    if (context_.derivation.variable("executable") != "1") return;
    if (chmod(file_.c_str(), 0755) < 0) throw_errno(file_);
  }

  bool is_expected() const {
    const DerivationOutput& output = context_.derivation.outputs.at("out");
    if (!output.hash) throw Error("only a derivation with a fixed output may download");
    HashAlgorithm algorithm = output.hash->algorithm;
    Hash hash = output.recursive ? hash_nar(file_, algorithm).hash : hash_file(algorithm, file_);
    return hash == *output.hash;
  }

  const BuiltinContext& context_;
  std::string file_;
  Fetcher fetcher_;
};

}  // namespace

void build_download(const BuiltinContext& context) {
  Download(context).run();
}

}  // namespace nacre
