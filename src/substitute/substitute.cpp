// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/substitute.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "substitute/fetch_nar.hpp"
#include "substitute/keys.hpp"
#include "substitute/server.hpp"

namespace nacre {
namespace {

/// Whose word is enough.
class Trust {
 public:
  explicit Trust(const std::string& configuration) : accepted_(load_access_list(configuration)) {
    const char* value = std::getenv("GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES");
    accepts_all_ = value && std::string_view(value) == "yes";
  }

  bool accepts_all() const { return accepts_all_; }
  /// Nothing, or why the description is not to be believed.
  std::optional<std::string> objection(const Narinfo& info) const {
    try {
      check_narinfo(info, accepted_);
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }

 private:
  AccessList accepted_;
  bool accepts_all_;
};

bool promise_the_same(const Narinfo& one, const Narinfo& other) {
  return one.nar_hash == other.nar_hash && one.nar_size == other.nar_size &&
         one.references == other.references;
}

/// A description, by whom it is.
struct Offer {
  Server server;
  Narinfo info;
};

SubstituteInfo to_substitute_info(const Narinfo& narinfo) {
  SubstituteInfo info(narinfo.path);
  info.deriver = narinfo.deriver;
  info.references = narinfo.references;
  info.nar_size = narinfo.nar_size;
  info.download_size = preferred_archives(narinfo).front().file_size.value_or(0);
  return info;
}

class ServerSubstitute : public Substitute {
 public:
  /// `offers` promise the same; `others` are servers that were not asked yet.
  ServerSubstitute(std::vector<Offer> offers, std::vector<Server> others, bool is_authentic)
      : offers_(std::move(offers)),
        others_(std::move(others)),
        info_(to_substitute_info(offers_.front().info)),
        is_authentic_(is_authentic) {}

  const SubstituteInfo& info() const override { return info_; }

  void fetch(Store& store, Reporter& reporter, Existing existing) const override {
    auto activity =
        reporter.start(fmt::format("downloading {}", info_.path.name()), Reporter::Unit::bytes);
    std::string failures;
    for (const auto& offer : offers_)
      if (fetch_from(store, offer, {is_authentic_, reporter, *activity, existing}, failures))
        return;
    for (const auto& server : others_) {
      auto found = server.ask({info_.path}, reporter);
      if (found.empty() || !is_as_good(found.begin()->second)) continue;
      const Offer offer{server, found.begin()->second};
      if (fetch_from(store, offer, {is_authentic_, reporter, *activity, existing}, failures))
        return;
    }
    activity->failed();
    throw Error("no server gave '{}':{}", info_.path.text(), failures);
  }

 private:
  /// An offer found later is of use only if it keeps the promise that was made.
  bool is_as_good(const Narinfo& narinfo) const {
    return promise_the_same(narinfo, offers_.front().info);
  }

  bool fetch_from(Store& store, const Offer& offer, const NarFetch& fetch,
                  std::string& failures) const {
    for (const auto& archive : preferred_archives(offer.info)) {
      try {
        std::string address = archive_address(offer.server.address(), archive.url);
        fetch_nar(store, offer.info, address, archive.compression, fetch);
        return true;
      } catch (const Error& error) {
        failures +=
            fmt::format("\n  {}, {}: {}", offer.server.address(), archive.url, error.what());
      }
    }
    return false;
  }

  std::vector<Offer> offers_;  ///< the first one is the promise
  std::vector<Server> others_;
  SubstituteInfo info_;
  bool is_authentic_;
};

/// Asks one server after the other for what was not found yet.
class Search {
 public:
  Search(const LocalStore& store, const std::vector<std::string>& urls, Reporter& reporter)
      : trust_(store.configuration()), reporter_(reporter) {
    for (const auto& url : urls) servers_.emplace_back(url);
  }

  SubstituteMap find(StorePathSet paths) {
    for (std::size_t i = 0; i < servers_.size() && !paths.empty(); ++i) {
      for (const auto& [path, info] : servers_[i].ask(paths, reporter_)) {
        if (preferred_archives(info).empty()) {
          note_objection(servers_[i], info, unknown_compressions(info));
          continue;
        }
        auto objection = trust_.objection(info);
        if (objection && !trust_.accepts_all()) {
          distrusted_[path].push_back({servers_[i], info});
          note_objection(servers_[i], info, *objection);
          continue;
        }
        accept({servers_[i], info}, i + 1, !objection);
        paths.erase(path);
      }
    }
    warn();
    return std::move(found_);
  }

 private:
  static std::string unknown_compressions(const Narinfo& info) {
    std::string names;
    for (const auto& archive : info.archives)
      names += (names.empty() ? "" : ", ") + archive.compression;
    return fmt::format("its archives are compressed in an unknown way ({})", names);
  }

  void accept(Offer offer, std::size_t next_server, bool is_authentic) {
    StorePath path = offer.info.path;
    std::vector<Offer> offers{std::move(offer)};
    for (auto& other : distrusted_[path])
      if (promise_the_same(other.info, offers.front().info)) offers.push_back(std::move(other));
    std::vector<Server> others(servers_.begin() + static_cast<std::ptrdiff_t>(next_server),
                               servers_.end());
    found_.emplace(path, std::make_shared<ServerSubstitute>(std::move(offers), std::move(others),
                                                            is_authentic));
  }

  void note_objection(const Server& server, const Narinfo& info, const std::string& objection) {
    objections_.try_emplace(server.address(),
                            fmt::format("substitutes of {} are not used, such as {}: {}",
                                        server.address(), info.path.base_name(), objection));
  }
  void warn() {
    for (const auto& [address, text] : objections_) reporter_.warning(text);
  }

  Trust trust_;
  Reporter& reporter_;
  std::vector<Server> servers_;
  std::map<StorePath, std::vector<Offer>> distrusted_;
  std::map<std::string, std::string> objections_;  ///< by server
  SubstituteMap found_;
};

}  // namespace

SubstituteMap find_server_substitutes(const LocalStore& store, const StorePathSet& paths,
                                      const std::vector<std::string>& urls, Reporter& reporter) {
  return Search(store, urls, reporter).find(paths);
}

void register_server_substituter() {
  register_substituter(find_server_substitutes);
}

}  // namespace nacre
