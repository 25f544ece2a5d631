// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/sexp.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre {
namespace {

TEST(SexpText, what_is_no_list_is_refused) {
  for (const char* text : {"", "()", "(", ")", "(a", "a", "(a))", "(a) (b)", "(#zz#)", "(5:abc)",
                           "(9999999999999:a)", "(\"a)", "(|a)"})
    EXPECT_THROW(Sexp::parse(text), Error) << text;
  EXPECT_THROW(Sexp::parse(std::string(2 << 20, '(')), Error);
}

TEST(SexpText, deep_nesting_is_no_problem) {
  std::string deep = std::string(20000, '(') + "a" + std::string(20000, ')');
  try {
    Sexp::parse(deep).canonical();
  } catch (const Error&) {
    // Refusing it is fine too.
  }
}

TEST(SexpText, the_forms_of_one_list_are_equal) {
  Sexp list = Sexp::parse("(acl (key #00FF#) \"two words\")");
  EXPECT_EQ(Sexp::parse("(3:acl(3:key2:" + std::string("\0\xff", 2) + ")9:two words)").canonical(),
            list.canonical());
  EXPECT_EQ(Sexp::parse(list.advanced()).canonical(), list.canonical());
}

TEST(SexpText, children_are_found_at_the_top_only) {
  Sexp list = Sexp::parse("(a (b (c one)) (d two))");
  EXPECT_TRUE(list.is("a"));
  EXPECT_FALSE(list.child("c"));
  EXPECT_EQ(list.child("d")->atom_at(1), "two");
  EXPECT_FALSE(list.list_at(0));
  EXPECT_FALSE(list.atom_at(1));
  EXPECT_FALSE(list.atom_at(9));
  EXPECT_FALSE(list.list_at(9));
}

}  // namespace
}  // namespace nacre
