// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/write_code.hpp"

#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

class WriteCode : public LanguageTest {
 protected:
  static void SetUpTestSuite() { start(); }

  static Value value(const std::string& expression) { return evaluate(expression, "test", {}); }
  static std::string ours(const std::string& expression) {
    return write_code(value(expression).get());
  }
  static std::string guiles(const std::string& expression) {
    return to_string(value("(object->string " + expression + ")"));
  }
};

TEST_F(WriteCode, PrintsWhatWritePrints) {
  for (const std::string expression : {"'()",
                                       "'(a . b)",
                                       "'(a b . c)",
                                       "''a",
                                       "'`(a ,b ,@c)",
                                       "'(a \"b\\\"c\\\\d\\ne\\tf\" 12 -3)",
                                       "'#(1 #(2) ())",
                                       "#t",
                                       "#f",
                                       "1.5",
                                       "1/3",
                                       "123456789012345678901234567890",
                                       "#\\a",
                                       "#\\space",
                                       "#:keyword",
                                       "'(lambda (x #:key (y 2)) (+ x y))",
                                       "\"\"",
                                       "\"tab\\there\"",
                                       "\"\\x07;\\x7f;\"",
                                       "\"Grüße, λ\"",
                                       "'λ",
                                       "(string->symbol \"a b\")",
                                       "(string->symbol \"\")",
                                       "(string->symbol \"1+\")",
                                       "(string->symbol \"12\")",
                                       "(string->symbol \".\")",
                                       "'...",
                                       "'->x",
                                       "'a.b",
                                       "'set!",
                                       "':x",
                                       "'x:",
                                       "(string->symbol \"#foo\")",
                                       "'@",
                                       "'@@",
                                       "'@x",
                                       "'-",
                                       "'+",
                                       "'(-x +x -1x +5a -e +e1)",
                                       "(map string->symbol '(\"+i\" \"-i\" \"+inf.0\" \"1-\"))",
                                       "(list 'unquote '@x)",
                                       "'(#:a #:-> #:λ)",
                                       "(symbol->keyword (string->symbol \"a b\"))",
                                       "'->",
                                       "'a@b",
                                       "(string->symbol \"A|B\")",
                                       "#vu8(1 2 3)",
                                       "(if #f #f)",
                                       "(string #\\nul)",
                                       "'(quote a b)",
                                       "(list 'quote)",
                                       "(cons 'quote 'a)",
                                       "(make-vector 0)",
                                       "(list \"/gnu/store/x\" '((@ (guile) getenv) \"out\"))"})
    EXPECT_EQ(ours(expression), guiles(expression)) << expression;
}

TEST_F(WriteCode, CircularDataIsAnError) {
  EXPECT_THROW(ours("(let ((x (list 1 2 3))) (set-cdr! (cddr x) x) x)"), Error);
  EXPECT_THROW(ours("(let ((x (list 1))) (set-car! x x) x)"), Error);
}

TEST_F(WriteCode, LongListsAreWritten) {
  EXPECT_EQ(ours("(iota 100000)"), guiles("(iota 100000)"));
}

}  // namespace
}  // namespace nacre::guile
