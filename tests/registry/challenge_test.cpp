// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/challenge.hpp"

#include <gtest/gtest.h>

namespace nacre::registry {
namespace {

std::string parsed(std::string_view header) {
  std::string text;
  for (const Challenge& challenge : parse_challenges(header)) {
    text += "<" + challenge.scheme;
    for (const auto& [name, value] : challenge.parameters) text += " " + name + "=" + value;
    text += ">";
  }
  return text;
}

TEST(RegistryChallenge, ReadsBearerAndBasic) {
  EXPECT_EQ(parsed(R"(Bearer realm="https://auth.example.org/token",service="r",)"
                   R"(scope="repository:a/b:pull,push")"),
            "<bearer realm=https://auth.example.org/token scope=repository:a/b:pull,push "
            "service=r>");
  EXPECT_EQ(parsed("Basic realm=plain"), "<basic realm=plain>");
  EXPECT_EQ(parsed(R"(Basic realm="a, \"b\"" , Bearer Realm = "c")"),
            R"(<basic realm=a, "b"><bearer realm=c>)");
  EXPECT_EQ(parsed("Negotiate, Basic realm=\"x\""), "<negotiate><basic realm=x>");
}

TEST(RegistryChallenge, LeavesOutWhatIsMalformed) {
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed(" ,,, "), "");
  EXPECT_EQ(parsed("=x"), "");
  EXPECT_EQ(parsed("realm=\"x\""), "");
  EXPECT_EQ(parsed("Bearer realm=\"open"), "<bearer>");
  EXPECT_EQ(parsed("Bearer realm=\"x\\"), "<bearer>");
  EXPECT_EQ(parsed("Bearer realm=\"a\",realm=\"b\""), "<bearer realm=a>");
  EXPECT_EQ(parsed("Bearer\x01realm=x"), "");
  EXPECT_EQ(parsed("Negotiate YWJj=="), "<negotiate ywjj=>");
}

}  // namespace
}  // namespace nacre::registry
