// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/derivation_check.hpp"

#include "base/error.hpp"

namespace nacre {
namespace {

/// Of a program that has none.
class RefuseAll : public DerivationCheck {
 public:
  std::map<std::string, StorePath> check(const StorePath& path, std::string_view,
                                         const StorePathSet&) override {
    throw Error("'{}' cannot be added: this program cannot check derivations", path.text());
  }
};

MakeDerivationCheck& registered() {
  static MakeDerivationCheck make;
  return make;
}

}  // namespace

void register_derivation_check(MakeDerivationCheck make) {
  registered() = std::move(make);
}

std::unique_ptr<DerivationCheck> make_derivation_check(Store& store) {
  if (registered()) return registered()(store);
  return std::make_unique<RefuseAll>();
}

}  // namespace nacre
