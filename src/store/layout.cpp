// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/layout.hpp"

namespace nacre {

StoreLayout StoreLayout::under(const std::string& root) {
  StoreLayout host;
  return {root + host.store, root + host.state, root + host.log, root + host.configuration};
}

}  // namespace nacre
