// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/pack_options.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace nacre {
namespace {

std::vector<PackOption> all_options() {
  std::vector<PackOption> all;
  for (const PackOptionGroup* group :
       {&archive_options, &root_options, &program_options, &image_options, &package_options,
        &deb_control_options, &deb_options, &rpm_options, &local_state_options})
    all.insert(all.end(), group->options.begin(), group->options.end());
  return all;
}

TEST(PackOptions, EachHasAKeywordAndFlagsOfItsOwn) {
  std::set<std::string_view> keywords;
  std::set<std::string_view> flags;
  for (const PackOption& option : all_options()) {
    EXPECT_TRUE(keywords.insert(option.keyword).second) << option.keyword;
    EXPECT_TRUE(flags.insert(option.flags).second) << option.flags;
  }
}

TEST(PackOptions, MessagesCanNameThoseThatOnlySomeFormatsHave) {
  for (const PackFormat& format : pack_formats())
    for (const PackOptionGroup* group : format.groups)
      for (const PackOption& option : group->options) {
        EXPECT_NE(option.what, "") << option.keyword;
        const bool is_list =
            option.kind == OptionKind::texts && option.passing == OptionPassing::same_name;
        EXPECT_EQ(option.item.empty(), !is_list) << option.keyword;
      }
}

TEST(PackOptions, ANumberHasARange) {
  for (const PackOption& option : all_options())
    EXPECT_EQ(option.kind == OptionKind::number, option.lowest < option.highest) << option.keyword;
}

}  // namespace
}  // namespace nacre
