// SPDX-License-Identifier: GPL-3.0-or-later
#include "profile/search_path.hpp"

#include <gmock/gmock.h>

#include "profile/builtin_fixture.hpp"

namespace nacre {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SearchPathTest : public BuiltinTest {
 protected:
  std::vector<std::string> evaluate(const std::string& lines) {
    std::vector<std::string> result;
    for (const auto& variable :
         evaluate_search_paths(StoreFiles(*store_), profile_->text(), parse_search_paths(lines)))
      result.push_back(variable.name + "=" + variable.value("P"));
    return result;
  }

  std::optional<StorePath> profile_;
};

TEST_F(SearchPathTest, NamesWhatTheProfileHas) {
  StorePath python = add_package("python", {{"lib/python3.9/site-packages/os.py", ""}});
  profile_ = add_package("profile", {{"bin/python3", ""}, {"lib", "-> " + python.text() + "/lib"}},
                         {python});
  EXPECT_THAT(evaluate("PATH\t:\tdirectory\tbin:sbin\t\n"
                       "GUIX_PYTHONPATH\t:\tdirectory\tlib/python3.9/site-packages\t\n"
                       "C_INCLUDE_PATH\t:\tdirectory\tinclude\t"),
              ElementsAre("PATH=P/bin", "GUIX_PYTHONPATH=P/lib/python3.9/site-packages"));
}

TEST_F(SearchPathTest, TellsDirectoriesFromFiles) {
  profile_ = add_package("profile", {{"etc/certs.pem", ""}, {"etc/certs/a", ""}});
  EXPECT_THAT(evaluate("A\t:\tdirectory\tetc/certs.pem:etc/certs\t\n"
                       "B\t:\tregular\tetc/certs.pem:etc/certs\t\n"
                       "C\t:\tregular\tetc/certs\t"),
              ElementsAre("A=P/etc/certs", "B=P/etc/certs.pem"));
}

TEST_F(SearchPathTest, WithoutASeparatorTakesTheFirst) {
  profile_ = add_package("profile", {{"share/a/x", ""}, {"share/b/x", ""}});
  EXPECT_THAT(evaluate("HOME_OF_X\t\tdirectory\tnone:share/b:share/a\t"),
              ElementsAre("HOME_OF_X=P/share/b"));
}

TEST_F(SearchPathTest, APatternSelectsBaseNamesAtAnyDepthInOrder) {
  StorePath other = add_package("other", {{"deep/catalog.xml", ""}, {"loop", "-> .."}});
  profile_ = add_package("profile",
                         {{"xml/z/catalog.xml", ""},
                          {"xml/a/catalog.xml", ""},
                          {"xml/a/catalog.xml.old", ""},
                          {"xml/dir/catalog.xml/x", ""},
                          {"xml/m", "-> " + other.text()},
                          {"xml/self", "-> ."}},
                         {other});
  EXPECT_THAT(evaluate("XML_CATALOG_FILES\t \tregular\txml\t^catalog\\.xml$"),
              ElementsAre("XML_CATALOG_FILES=P/xml/a/catalog.xml P/xml/m/deep/catalog.xml "
                          "P/xml/z/catalog.xml"));
}

TEST_F(SearchPathTest, PathsOfOneVariableAreJoined) {
  profile_ = add_package("profile", {{"bin/a", ""}, {"libexec/a", ""}});
  EXPECT_THAT(evaluate("PATH\t:\tdirectory\tbin\t\nX\t:\tdirectory\tbin\t\n"
                       "PATH\t:\tdirectory\tlibexec:bin\t"),
              ElementsAre("PATH=P/bin:P/libexec", "X=P/bin"));
}

TEST_F(SearchPathTest, TheProfileItselfMayBeMeant) {
  profile_ = add_package("profile", {{"bin/a", ""}});
  EXPECT_THAT(evaluate("ROOT\t\tdirectory\t\t"), ElementsAre("ROOT=P"));
}

TEST(SearchPathText, IsReadStrictly) {
  EXPECT_THAT(parse_search_paths(""), IsEmpty());
  for (std::string line :
       {"PATH\t:\tdirectory\tbin", "PATH\t:\tdir\tbin\t", "PATH\t:\tdirectory\t/bin\t",
        "PATH\t:\tdirectory\ta/../../b\t", "PA=TH\t:\tdirectory\tbin\t", "1X\t:\tdirectory\tbin\t"})
    EXPECT_THAT(error_of([&] { parse_search_paths(line); }), HasSubstr("'" + line + "'"));
}

TEST_F(SearchPathTest, ABadPatternIsAnError) {
  profile_ = add_package("profile", {{"bin/a", ""}});
  EXPECT_THAT(error_of([&] { evaluate("X\t:\tregular\tbin\t(unclosed"); }),
              HasSubstr("bad pattern '(unclosed' in the search path of X"));
}

TEST(ShellProfile, ExportsInTermsOfGuixProfile) {
  std::string text =
      shell_profile("/P", {{"PATH", ":", {"bin", "sbin"}}, {"ONE", "", {"share/$x"}}});
  EXPECT_THAT(text, HasSubstr("\nexport PATH=\"${GUIX_PROFILE:-/P}/bin:${GUIX_PROFILE:-/P}/sbin"
                              "${PATH:+:}$PATH\"\n"));
  EXPECT_THAT(text, HasSubstr("\nexport ONE=\"${GUIX_PROFILE:-/P}/share/\\$x\"\n"));
}

TEST(ShellDefinition, ReplacesOrJoinsTheVariable) {
  EXPECT_EQ(shell_definition("PATH", ":", "/p/bin", DefinitionKind::exact),
            "export PATH=\"/p/bin\"");
  EXPECT_EQ(shell_definition("PATH", ":", "/p/bin", DefinitionKind::prefix),
            "export PATH=\"/p/bin${PATH:+:}$PATH\"");
  EXPECT_EQ(shell_definition("PATH", ":", "/p/bin", DefinitionKind::suffix),
            "export PATH=\"$PATH${PATH:+:}/p/bin\"");
  EXPECT_EQ(shell_definition("FILE", "", "/p/f", DefinitionKind::suffix), "export FILE=\"/p/f\"");
  EXPECT_EQ(shell_definition("X", ":", "/a $b\"`\\", DefinitionKind::exact),
            "export X=\"/a \\$b\\\"\\`\\\\\"");
}

}  // namespace
}  // namespace nacre
