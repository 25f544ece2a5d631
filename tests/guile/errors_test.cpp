// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include "base/files.hpp"
#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

using Errors = LanguageTest;

TEST_F(Errors, UnboundVariableIsPlacedAndTheNearestNameIsTold) {
  const Error error = error_of("(define x 1)\n  (display (sxring-append \"a\"))");
  EXPECT_STREQ(error.what(), "sxring-append: unbound variable");
  EXPECT_EQ(place(error), "user.scm:2:13");
  EXPECT_EQ(error.hint(), "did you mean 'string-append'?");
  EXPECT_EQ(error.status(), 1);
}

TEST_F(Errors, UnboundVariableInAProcedureDefinedEarlierIsPlacedThere) {
  const Error error = error_of("(define (f)\n  (list 1 (frobnicate 2)))\n(f)");
  EXPECT_EQ(place(error), "user.scm:2:12");
}

TEST_F(Errors, NameMissingInAModuleIsComparedWithItsExports) {
  const Error error = error_of("(list\n (@ (srfi srfi-1) fold-rihgt))");
  EXPECT_STREQ(error.what(), "fold-rihgt: unbound variable in module (srfi srfi-1)");
  EXPECT_EQ(place(error), "user.scm:2:2");
  EXPECT_EQ(error.hint(), "did you mean 'fold-right'?");
}

TEST_F(Errors, NameExportedByALoadedModuleGetsThatModuleAsHint) {
  evaluate("(resolve-interface '(srfi srfi-1))", "user.scm", {});
  const Error error = error_of("(append-reverse! '() '())");
  EXPECT_EQ(error.hint(), "did you forget '(use-modules (srfi srfi-1))'?");
}

TEST_F(Errors, MissingModuleIsPlacedAndTheNearestModuleIsTold) {
  const Error error = error_of("(use-modules (srfi srfi-1)\n             (guix diagnostisc))");
  EXPECT_STREQ(error.what(), "no code for module (guix diagnostisc)");
  EXPECT_EQ(place(error), "user.scm:2:14");
  EXPECT_EQ(error.hint(), "did you mean '(guix diagnostics)'?");
}

TEST_F(Errors, NameNotExportedByASelectedModuleIsPlaced) {
  const Error error = error_of("(use-modules ((srfi srfi-1)\n  #:select (foldd)))");
  EXPECT_STREQ(error.what(), "foldd: not exported by module (srfi srfi-1)");
  EXPECT_EQ(place(error), "user.scm:2:13");
  EXPECT_EQ(error.hint(), "did you mean 'fold'?");
}

TEST_F(Errors, SyntaxErrorIsAtTheFormThatIsWrong) {
  const Error error = error_of("(define x\n   (if))");
  EXPECT_EQ(place(error), "user.scm:2:4");
  EXPECT_THAT(error.what(), testing::HasSubstr("in form (if)"));
}

TEST_F(Errors, FileThatEndsTooEarlySaysThatAParenthesisIsMissing) {
  const Error error = error_of("(list 1\n  (list 2 3");
  EXPECT_STREQ(error.what(), "unexpected end of file: a closing parenthesis is missing");
  EXPECT_EQ(place(error), "user.scm:2:12");
}

TEST_F(Errors, ParenthesisTooManyIsPlaced) {
  const Error error = error_of("(list 1))\n(list 2)");
  EXPECT_EQ(place(error), "user.scm:1:9");
}

TEST_F(Errors, UnknownReaderSyntaxIsAReadError) {
  EXPECT_EQ(place(error_of("(list\n  #k)")).substr(0, 11), "user.scm:2:");
}

TEST_F(Errors, WrongTypeIsAtTheInnermostCallOfTheUsers) {
  const Error error = error_of("(define (f x)\n  (+ 1 (string->number x)))\n(list (f 'a))");
  EXPECT_THAT(error.what(), testing::HasSubstr("expecting string"));
  EXPECT_EQ(place(error), "user.scm:2:8");
}

TEST_F(Errors, ProceduresOfOthersAreNotThePlace) {
  const Error error = error_of("(use-modules (srfi srfi-1))\n\n(list (fold 1 2 '(3)))");
  EXPECT_EQ(place(error), "user.scm:3:7");
}

TEST_F(Errors, ErrorShowsItsMessageAndIrritants) {
  const Error error = error_of("(error \"bad thing:\" 1 \"two\")");
  EXPECT_STREQ(error.what(), "bad thing: 1 \"two\"");
}

TEST_F(Errors, AnyOtherThrowIsShown) {
  EXPECT_THAT(error_of("(throw 'foo 1 2)").what(), testing::HasSubstr("foo"));
  EXPECT_STREQ(error_of("(raise-exception 12)").what(), "12 was raised");
}

TEST_F(Errors, MessageConditionShowsItsMessage) {
  const Error error = error_of("(raise (condition (&message (message \"how sad\"))))",
                               {"(srfi srfi-34)", "(srfi srfi-35)"});
  EXPECT_STREQ(error.what(), "how sad");
  EXPECT_EQ(place(error), "user.scm:1:1");
}

TEST_F(Errors, ConditionCarriesItsOwnPlaceAndHint) {
  const Error error = error_of(
      "(raise (condition (&message (message \"how sad\"))"
      "                  (&error-location (location (location \"manifest.scm\" 12 3)))"
      "                  (&fix-hint (hint \"cheer up\"))))",
      {"(srfi srfi-34)", "(srfi srfi-35)", "(guix diagnostics)"});
  EXPECT_EQ(place(error), "manifest.scm:12:4");
  EXPECT_EQ(error.hint(), "cheer up");
}

TEST_F(Errors, FormattedMessageIsFormatted) {
  const Error error = error_of("(raise (formatted-message \"it is ~a, not ~s\" \"a\" \"b\"))",
                               {"(srfi srfi-34)", "(guix diagnostics)"});
  EXPECT_STREQ(error.what(), "it is a, not \"b\"");
}

TEST_F(Errors, ProtocolErrorCarriesItsStatus) {
  const Error error =
      error_of("(raise (condition (&store-protocol-error (message \"no\") (status 101))))",
               {"(srfi srfi-34)", "(srfi srfi-35)", "(guix store)"});
  EXPECT_STREQ(error.what(), "no");
  EXPECT_EQ(error.status(), 101);
}

TEST_F(Errors, UnknownConditionShowsItsFields) {
  const Error error = error_of(
      "(define-condition-type &odd &error odd? (size odd-size))"
      "(raise (condition (&odd (size 7))))",
      {"(srfi srfi-34)", "(srfi srfi-35)"});
  EXPECT_THAT(error.what(), testing::HasSubstr("&odd size: 7"));
}

TEST_F(Errors, SystemErrorNamesTheFile) {
  const Error error = error_of("(open-input-file \"/nonexistent/file\")");
  EXPECT_THAT(error.what(), testing::HasSubstr("No such file or directory: \"/nonexistent/file\""));
}

TEST_F(Errors, MistakeInAModuleOfTheUsersIsPlacedInItsFile) {
  TemporaryDirectory directory("nacre-test");
  const std::string file = directory.path() + "/mine.scm";
  std::ofstream(file)
      << "(define-module (mine)\n  #:export (f))\n(define (f)\n  (list (vector-ref 1 2)))\n";
  evaluate("(set! %load-path (cons \"" + directory.path() + "\" %load-path))", "user.scm", {});
  const Error error = error_of("(list (f))", {"(mine)"});
  EXPECT_EQ(place(error), file + ":4:9");
}

TEST_F(Errors, UnboundNameOfOneLetterGetsNoGuess) {
  EXPECT_EQ(error_of("(list x)").hint(), std::nullopt);
}

TEST_F(Errors, HugeAndDeepValuesAreNotPrintedWhole) {
  const std::string deep =
      "(define (deep n x) (if (zero? n) x (deep (- n 1) (list 'quote x))))\n"
      "(define d (deep 1000000 'x))\n";
  for (const char* failing :
       {"(error \"bad:\" d)", "(throw 'odd d)", "(raise-exception d)", "(car (vector d))",
        "(vector-ref (vector 1) d)", "(scm-error 'misc-error #f \"~S\" (list d) #f)",
        "(error \"bad:\" (make-string 10000000 #\\a))",
        "(raise (formatted-message \"it is ~s\" d))", "(nar-hash 'sha256 d #f)",
        "(raise (condition (&odd (size d))))"}) {
    const Error error =
        error_of(deep + "(define-condition-type &odd &error odd? (size odd-size))\n" + failing,
                 {"(srfi srfi-34)", "(srfi srfi-35)", "(guix diagnostics)", "(nacre hash)"});
    const std::string_view message = error.what();
    EXPECT_LT(message.size(), 5000u) << failing;
    EXPECT_THAT(std::string(message), testing::HasSubstr("...")) << failing;
  }
}

TEST_F(Errors, CodeThatIsNestedTooDeeplyIsAnErrorWithAPlace) {
  const std::string open(300'000, '(');
  const std::string close(300'000, ')');
  const Error error = error_of("(define x 1)\n'" + open + close);
  EXPECT_STREQ(error.what(), "code is nested more than 10000 levels deep");
  EXPECT_EQ(place(error).substr(0, 10), "user.scm:2");
  EXPECT_EQ(evaluated("(length '" + std::string(5000, '(') + std::string(5000, ')') + ")"), "1");
}

TEST_F(Errors, ControlCharactersInMessagesAreEscaped) {
  EXPECT_STREQ(
      error_of("(error (string-append \"a\" (string #\\nul) \"b\" (string #\\esc)))").what(),
      "a\\x0;b\\x1b;");
}

TEST_F(Errors, FileThatIsNotUtf8IsNamedWithItsLine) {
  TemporaryDirectory directory("nacre-test");
  const std::string file = directory.path() + "/latin.scm";
  std::ofstream(file) << "\"fine\"\n\"caf\xe9\"\n";
  const Error error = error_of([&] { load(file, {}); });
  EXPECT_STREQ(error.what(), "this file is not encoded in UTF-8");
  EXPECT_EQ(place(error), file + ":2:1");
}

TEST_F(Errors, DirectoryInThePlaceOfAFileIsNamed) {
  EXPECT_STREQ(error_of([] { load("/tmp", {}); }).what(),
               "'/tmp' is a directory, where a file with Scheme code is needed");
}

TEST_F(Errors, FileThatDoesNotExistIsNamed) {
  EXPECT_THAT(error_of([] { load("/nonexistent.scm", {}); }).what(),
              testing::HasSubstr("/nonexistent.scm"));
}

}  // namespace
}  // namespace nacre::guile
