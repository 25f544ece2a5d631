// SPDX-License-Identifier: GPL-3.0-or-later
#include "builds/substituter.hpp"

namespace nacre {
namespace {

FindSubstitutes& registered() {
  static FindSubstitutes find;
  return find;
}

}  // namespace

void register_substituter(FindSubstitutes find) {
  registered() = std::move(find);
}

SubstituteMap find_substitutes(const Store& store, const StorePathSet& paths,
                               const std::vector<std::string>& urls, Reporter& reporter) {
  if (!registered() || paths.empty() || urls.empty()) return {};
  return registered()(store, paths, urls, reporter);
}

}  // namespace nacre
