// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/stat.h>

#include <cstdio>

#include "base/error.hpp"
#include "base/files.hpp"
#include "builds/address_list.hpp"
#include "builds/builtins.hpp"
#include "git/git_checkout.hpp"

namespace nacre {

void build_git_download(const BuiltinContext& context) {
  if (!context.derivation.is_fixed_output())
    throw Error("only a derivation with a fixed output may download");
  GitCheckout checkout;
  checkout.commit = context.variable("commit");
  checkout.recursive = context.derivation.variable("recursive?") == "#t";
  checkout.directory = context.outputs.at("out");
  checkout.repositories = context.directory + "/repositories";
  if (mkdir(checkout.repositories.c_str(), 0700) != 0) throw_errno(checkout.repositories);

  std::string failures;
  for (const std::string& url : parse_address_list(context.variable("url"))) {
    checkout.url = url;
    std::printf("fetching %s of %s\n", checkout.commit.c_str(), url.c_str());
    std::fflush(stdout);
    try {
      check_out(checkout, context.progress);
      return;
    } catch (const Error& error) {
      std::printf("%s\n", error.what());
      failures += std::string(failures.empty() ? "" : "; ") + error.what();
      if (path_exists(checkout.directory)) remove_tree(checkout.directory);
    }
  }
  throw Error("{}", failures.empty() ? "there is no address" : failures);
}

}  // namespace nacre
