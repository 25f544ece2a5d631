// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/substituter.hpp"

namespace nacre {
namespace {

FindServerSubstitutes& registered() {
  static FindServerSubstitutes find;
  return find;
}

}  // namespace

void register_substituter(FindServerSubstitutes find) {
  registered() = std::move(find);
}

SubstituteMap find_substitutes(const LocalStore& store, const StorePathSet& paths,
                               const std::vector<std::string>& urls, Reporter& reporter) {
  if (!registered() || paths.empty() || urls.empty()) return {};
  return registered()(store, paths, urls, reporter);
}

}  // namespace nacre
