// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <fstream>

#include "base/files.hpp"
#include "builds/builtin.hpp"
#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

void write_greeting(const BuiltinContext& build) {
  if (build.variable("greeting") == "none") throw Error("nothing to say");
  write_file_atomically(build.outputs.at("out"), build.variable("greeting"));
}

constexpr Builtin test_builtins[] = {{.name = "test-greet", .run = write_greeting}};

/// Before main, as a builtin's process is this program too.
const bool registered = [] {
  register_builtins(test_builtins);
  return true;
}();

/// The native modules over a store of our own.
class Natives : public StoreLanguageTest {
 protected:
  static void SetUpTestSuite() {
    start();
    ASSERT_TRUE(registered);
  }

  static std::string result(const std::string& text) {
    return evaluated("(define s (open-store))\n" + text, modules());
  }
  static Error error(const std::string& text) {
    return error_of("(define s (open-store))\n" + text, modules());
  }
  static std::vector<std::string> modules() {
    return {"(nacre hash)",  "(nacre store)",  "(nacre derivation)", "(nacre build)",
            "(srfi srfi-1)", "(srfi srfi-34)", "(guix store)"};
  }
};

constexpr auto greet =
    "(define (greet text . inputs)\n"
    "  (make-derivation s \"greeting\" \"builtin\" \"builtin:test-greet\" '() `((\"greeting\" . "
    ",text))\n"
    "                   inputs '() '((\"out\"))))\n";

TEST_F(Natives, HashesAndEncodesBytes) {
  EXPECT_EQ(result("(bytevector->base16-string (bytevector-hash #vu8(97 98 99) 'sha256))"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(result("(bytevector->nix-base32-string (bytevector-hash #vu8(97 98 99) 'sha256))"),
            "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s");
  EXPECT_EQ(result("(base64-encode #vu8(1 2 3))"), "AQID");
  EXPECT_EQ(result("(list (base64-decode \"AQID\") (base16-string->bytevector \"0102ff\"))"),
            "(#vu8(1 2 3) #vu8(1 2 255))");
}

TEST_F(Natives, BadTextOfADigestIsAnError) {
  EXPECT_THROW(result("(nix-base32-string->bytevector \"eeee\")"), Error);
  EXPECT_THROW(result("(base16-string->bytevector \"xx\")"), Error);
  EXPECT_THROW(result("(bytevector-hash #vu8(1) 'sha257)"), Error);
}

TEST_F(Natives, NumbersOutOfRangeAreErrors) {
  for (const char* number : {"-1", "(expt 2 70)", "(- (expt 2 70))", "1.5", "'one", "\"1\""}) {
    const auto refused = [&](const std::string& text) {
      EXPECT_THAT(error("(define n " + std::string(number) + ")\n" + text).what(),
                  testing::HasSubstr("has to be a number from 0 to"))
          << text << " of " << number;
    };
    refused("(store-collect-garbage! s 'dead '() n)");
    refused("(build-things! s '() `((max-jobs . ,n)))");
    refused("(build-things! s '() `((timeout . ,n)))");
    refused("(build-things! s '() '() n)");
    refused("((@ (nacre interpreter) nearest-name) \"a\" '(\"b\") n)");
    refused(
        "((@ (nacre substitute) store-narinfo) s (store-add-text! s \"a\" \"\" '())"
        " `((\"url\" \"none\" ,n)) #f)");
  }
  EXPECT_THAT(error("(build-things! s '() '((cores . 1000001)))").what(),
              testing::HasSubstr("0 to 1000000"));
}

TEST_F(Natives, ListsThatDoNotEndAreErrors) {
  EXPECT_THAT(
      error("(define c (list \"/gnu/store\"))\n(set-cdr! c c)\n(store-requisites s c)").what(),
      testing::HasSubstr("a list was expected"));
  EXPECT_THROW(result("(store-requisites s '(1 . 2))"), Error);
}

TEST_F(Natives, WrongArgumentsOfGexpsAreErrors) {
  const std::string table = "(make-hash-table)";
  for (const char* text : {
           "((@ (nacre gexp) gexp-attribute-list) 1 'references)",
           "((@ (nacre gexp) gexp-attribute-list) 1 50000000)",
           "((@ (nacre gexp) gexp-code) s 1 1 \"x86_64-linux\" #f)",
           "((@ (nacre gexp) gexp-code) s (make-hash-table) 1 'system #f)",
           "((@ (nacre gexp) gexp-code) s (make-hash-table) 1 \"x86_64-linux\" 'target)",
           "((@ (nacre gexp) set-gexp-types!) '((gexp . 1)))",
           "((@ (nacre gexp) set-gexp-types!) 1)",
       })
    EXPECT_THROW(result("(use-modules (guix gexp))\n" + std::string(text)), Error) << text;
}

TEST_F(Natives, TypesWithOtherFieldsThanTheEngineExpectsAreRefused) {
  const Error found = error(
      "(use-modules (srfi srfi-9) (guix gexp))\n"
      "(define-record-type <gexp> (make a) gexp? (a a))\n"
      "((@ (nacre gexp) set-gexp-types!)\n"
      " `((gexp . ,<gexp>) (input . 1) (output . 1) (compiler . 1) (parameterized . 1)\n"
      "   (compilers . 1) (default-expander . 1) (lower-parameterized . 1)\n"
      "   (raise-input-error . 1) (raise-output-error . 1)))");
  EXPECT_THAT(found.what(), testing::HasSubstr("(references modules extensions proc location)"));
}

TEST_F(Natives, ClosedPipeForTheBuildersOutputIsAnExceptionForPrograms) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // as the program itself has it
  EXPECT_EQ(result(std::string(greet) +
                   "(define ends (pipe))\n"
                   "(close-port (car ends))\n"
                   "(catch #t\n"
                   "  (lambda ()\n"
                   "    (build-things! s (list (derivation-file-name (greet \"hi\")))\n"
                   "                   '((print-build-trace . #t)) (fileno (cdr ends)))\n"
                   "    'not-caught)\n"
                   "  (lambda _ 'caught))"),
            "caught");
  std::signal(SIGPIPE, before);
}

TEST_F(Natives, ObjectsThatAreGoneAreDestroyedByTheMainThread) {
  const std::string text =
      "(define (make) (parse-derivation \"Derive([(\\\"out\\\",\\\"/gnu/store/"
      "00000000000000000000000000000000-a\\\",\\\"\\\",\\\"\\\")],[],[],\\\"s\\\",\\\"b\\\",[],[])"
      "\" #f))\n"
      "(do ((i 0 (1+ i))) ((= i 2000)) (make) (when (= 0 (modulo i 500)) (gc)))\n"
      "(derivation-system (make))";
  EXPECT_EQ(result("(use-modules (nacre derivation))\n" + text), "s");
}

TEST_F(Natives, HashOfATreeAsksTheFilter) {
  make_directories(directory_.path() + "/tree");
  for (const char* name : {"a", "b"}) std::ofstream(directory_.path() + "/tree/" + name) << name;
  const std::string tree = "\"" + directory_.path() + "/tree\"";
  EXPECT_EQ(
      result("(define all (nar-hash 'sha256 " + tree + " #f))\n" + "(define asked '())\n" +
             "(define one (nar-hash 'sha256 " + tree +
             " (lambda (f) (set! asked (cons (basename f) asked)) (string-suffix? \"a\" f))))\n" +
             "(list (equal? all one) (sort asked string<?))"),
      "(#f (a b))");
}

TEST_F(Natives, FilterThatThrowsEndsTheHash) {
  make_directories(directory_.path() + "/tree/sub");
  EXPECT_EQ(result("(catch 'stop (lambda () (nar-hash 'sha256 \"" + directory_.path() +
                   "/tree\" (lambda (f) (throw 'stop (basename f))))) list)"),
            "(stop sub)");
}

TEST_F(Natives, TextIsAddedWithItsReferences) {
  EXPECT_EQ(result("(define one (store-add-text! s \"one\" \"1\" '()))\n"
                   "(define two (store-add-text! s \"two\" one (list one)))\n"
                   "(list (store-path-valid? s two)\n"
                   "      (equal? (list one) (store-references s two))\n"
                   "      (equal? (list two) (store-referrers s one))\n"
                   "      (length (store-requisites s (list two)))\n"
                   "      (equal? two (make-text-path \"two\" one (list one)))\n"
                   "      (length (store-path-info s two)))"),
            "(#t #t #t 2 #t 5)");
}

TEST_F(Natives, TextsAreAddedTogether) {
  EXPECT_EQ(result("(define paths (store-add-texts! s '((\"a\" \"1\" ()) (\"b\" \"2\" ()))))\n"
                   "(list (map (lambda (p) (store-path-valid? s p)) paths)\n"
                   "      (equal? (second paths) (store-add-text! s \"b\" \"2\" '()))\n"
                   "      (length (store-valid-paths s)))"),
            "((#t #t) #t 2)");
}

TEST_F(Natives, TreeIsAddedWithWhatTheFilterTakes) {
  make_directories(directory_.path() + "/tree");
  for (const char* name : {"a", "b"}) std::ofstream(directory_.path() + "/tree/" + name) << name;
  EXPECT_EQ(result("(define p (store-add-path! s \"tree\" \"" + directory_.path() +
                   "/tree\" #t 'sha256 (lambda (f) (string-suffix? \"a\" f))))\n" +
                   "(define where (store-physical-path s p))\n"
                   "(list (file-exists? (string-append where \"/a\"))\n"
                   "      (file-exists? (string-append where \"/b\")))"),
            "(#t #f)");
}

TEST_F(Natives, PathThatIsNotValidIsRefusedAsAProtocolError) {
  const std::string path = "\"/gnu/store/00000000000000000000000000000000-none\"";
  EXPECT_EQ(result("(list (store-path-valid? s " + path + ") (store-path-info s " + path + "))"),
            "(#f #f)");
  EXPECT_EQ(
      result("(guard (c ((store-protocol-error? c) 'refused)) (store-references s " + path + "))"),
      "refused");
  EXPECT_EQ(place(error("(list (store-references s " + path + "))")), "user.scm:2:7");
}

TEST_F(Natives, GarbageIsCollected) {
  EXPECT_EQ(result("(call-with-values (lambda () (store-collect-garbage! s 'live '() #f))\n"
                   "  (lambda (paths bytes) (list paths bytes)))"),
            "(() 0)");
  EXPECT_THROW(result("(store-collect-garbage! s 'burn '() #f)"), Error);
}

TEST_F(Natives, RootsAreListed) {
  EXPECT_EQ(result("(define p (store-add-text! s \"kept\" \"1\" '()))\n"
                   "(store-add-permanent-root! s p)\n"
                   "(and (member p (map cdr (store-roots s))) #t)"),
            "#t");
}

TEST_F(Natives, StoreIsVerified) {
  EXPECT_EQ(result("(store-add-text! s \"a\" \"1\" '()) (store-verify! s #t #f)"), "#t");
}

TEST_F(Natives, ValueThatIsNoStoreIsRefused) {
  EXPECT_STREQ(error("(store-valid-paths 12)").what(), "a store was expected, not 12");
  EXPECT_EQ(result("(list (store? s) (store? 12))"), "(#t #f)");
}

TEST_F(Natives, DerivationIsMadeAddedAndReadBack) {
  EXPECT_EQ(result(std::string(greet) +
                   "(define d (greet \"hello\"))\n"
                   "(define e (read-derivation s (derivation-file-name d)))\n"
                   "(list (derivation? d) (equal? d e) (derivation-name d) (derivation-system d)\n"
                   "      (derivation-builder d) (derivation-arguments d)\n"
                   "      (assoc-ref (derivation-environment d) \"greeting\")\n"
                   "      (equal? (assoc-ref (derivation-environment d) \"out\")\n"
                   "              (second (first (derivation-output-list d))))\n"
                   "      (derivation-fixed? d))"),
            "(#t #t greeting builtin builtin:test-greet () hello #t #f)");
}

TEST_F(Natives, DerivationPrintsItsPathAndOutputs) {
  const std::string text = result(std::string(greet) + "(greet \"hello\")");
  EXPECT_THAT(text, testing::MatchesRegex("#<derivation /gnu/store/[0-9a-z]+-greeting.drv => "
                                          "/gnu/store/[0-9a-z]+-greeting [0-9a-f]+>"));
}

TEST_F(Natives, DerivationKnowsItsInputs) {
  EXPECT_EQ(
      result(std::string(greet) +
             "(define d (greet \"hello\"))\n"
             "(define e (greet \"again\" (list (derivation-file-name d) \"out\")))\n"
             "(equal? (derivation-input-list e) (list (list (derivation-file-name d) \"out\")))"),
      "#t");
}

TEST_F(Natives, FixedOutputHasThePathOfItsContents) {
  EXPECT_EQ(
      result("(define hash (bytevector-hash #vu8(104 105) 'sha256))\n"
             "(define d (make-derivation s \"hi\" \"builtin\" \"builtin:test-greet\" '()\n"
             "            '((\"greeting\" . \"hi\")) '() '()\n"
             "            (list (list \"out\" 'sha256 hash #f))))\n"
             "(list (derivation-fixed? d)\n"
             "      (equal? (second (first (derivation-output-list d)))\n"
             "              (make-fixed-output-path \"hi\" hash 'sha256 #f))\n"
             "      (cdddr (first (derivation-output-list d))))"),
      "(#t #t (#vu8(143 67 67 70 100 143 107 150 223 137 221 169 1 197 23 107 16 166 216 57 97 "
      "221 60 26 200 139 89 178 220 50 122 164) #f))");
}

TEST_F(Natives, BuildMakesTheOutput) {
  EXPECT_EQ(
      result(std::string(greet) +
             "(define d (greet \"hello\"))\n"
             "(define out (second (first (derivation-output-list d))))\n"
             "(define planned (call-with-values\n"
             "  (lambda () (plan-build s (list (derivation-file-name d)) '())) list))\n"
             "(build-things! s (list (list (derivation-file-name d) \"out\")) '((max-jobs . 1)))\n"
             "(list (equal? planned (list (list (derivation-file-name d)) '()))\n"
             "      (call-with-input-file (store-physical-path s out) read)\n"
             "      (string? (build-log s (derivation-file-name d))))"),
      "(#t hello #t)");
}

TEST_F(Natives, BuildThatFailsIsAProtocolErrorWithStatus) {
  EXPECT_EQ(result(std::string(greet) +
                   "(define d (greet \"none\"))\n"
                   "(guard (c ((store-protocol-error? c) (store-protocol-error-status c)))\n"
                   "  (build-things! s (list (derivation-file-name d)) '()))"),
            "100");
}

TEST_F(Natives, UnknownBuildOptionIsRefused) {
  EXPECT_STREQ(error("(build-things! s '() '((max-jbos . 1)))").what(),
               "there is no build option 'max-jbos'");
  EXPECT_EQ(result("(build-things! s '() '((fallback . #t) (cores . 1)))"), "#t");
}

TEST_F(Natives, BuiltinBuildersAreListed) {
  EXPECT_EQ(result("(and (member \"test-greet\" (builtin-builders)) #t)"), "#t");
}

TEST_F(Natives, ObjectsThatNobodyHoldsAreFreed) {
  result(std::string(greet) + "(for-each (lambda (i) (greet (number->string i))) (iota 200)) (gc)");
  EXPECT_EQ(result("(length (store-valid-paths s))"), "200");
}

TEST_F(Natives, WithoutAStoreOpeningOneIsAnError) {
  language_.reset();
  EXPECT_STREQ(error_of("(open-store)", {"(nacre store)"}).what(), "no store is open");
}

}  // namespace
}  // namespace nacre::guile
