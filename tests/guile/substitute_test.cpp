// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/substitute.hpp"
#include "base/files.hpp"
#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

using testing::HasSubstr;

/// The module (nacre substitute) over a store of our own.
class SubstituteNatives : public StoreLanguageTest {
 protected:
  static void SetUpTestSuite() {
    start();
    register_server_substituter();
  }

  static std::string result(const std::string& text) {
    return evaluated(prologue + text, modules());
  }
  static std::string error(const std::string& text) {
    return error_of(prologue + text, modules()).what();
  }
  static std::vector<std::string> modules() {
    return {"(nacre store)", "(nacre build)", "(nacre substitute)", "(rnrs bytevectors)",
            "(rnrs io ports)"};
  }

  static constexpr auto prologue =
      "(define s (open-store))\n"
      "(define (exported paths recursive?)\n"
      "  (call-with-bytevector-output-port\n"
      "   (lambda (port)\n"
      "     (store-export s paths (lambda (bytes) (put-bytevector port bytes)) #t recursive?))))\n"
      "(define (imported bytes)\n"
      "  (let ((port (open-bytevector-input-port bytes)))\n"
      "    (store-import s (lambda (count) (get-bytevector-n port count)))))\n"
      "(define one (store-add-text! s \"one\" \"1\" '()))\n"
      "(define two (store-add-text! s \"two\" \"2\" (list one)))\n";
};

TEST_F(SubstituteNatives, NothingIsSignedWithoutAKey) {
  EXPECT_THAT(error("(exported (list one) #f)"), HasSubstr("no key to sign with"));
}

TEST_F(SubstituteNatives, WhatIsExportedIsImported) {
  EXPECT_EQ(result("(generate-signing-key! s)\n"
                   "(let ((stream (exported (list two) #t)))\n"
                   "  (equal? (imported stream) (list one two)))"),
            "#t");
}

TEST_F(SubstituteNatives, AProcedureThatReadsNonsenseIsAnError) {
  EXPECT_THAT(error("(store-import s (lambda (count) \"text\"))"), HasSubstr("bytes"));
  EXPECT_THAT(error("(store-import s (lambda (count) (make-bytevector (1+ count))))"),
              HasSubstr("asked for"));
  EXPECT_THAT(error("(store-import s (lambda (count) (error \"my own\")))"), HasSubstr("my own"));
  EXPECT_THAT(error("(store-import s (lambda (count) #vu8()))"), HasSubstr("unexpected end"));
}

TEST_F(SubstituteNatives, AStrangersItemsAreRefused) {
  EXPECT_THAT(error("(generate-signing-key! s)\n"
                    "(define stream (exported (list one) #f))\n"
                    "(delete-file \"" +
                    directory_.path() +
                    "/root/etc/guix/signing-key.pub\")\n"
                    "(imported stream)"),
              HasSubstr("unauthorized public key"));
}

TEST_F(SubstituteNatives, ServersTellWhatTheyOffer) {
  write_file_atomically(directory_.path() + "/nix-cache-info", "StoreDir: /gnu/store\n");
  EXPECT_EQ(result("(generate-signing-key! s)\n"
                   "(call-with-output-file (string-append \"" +
                   directory_.path() +
                   "/\" (substring two 11 43) \".narinfo\")\n"
                   "  (lambda (port)\n"
                   "    (display (store-narinfo s two '((\"nar/two\" \"none\" 17)) #t) port)))\n"
                   "(define urls '(\"file://" +
                   directory_.path() +
                   "\"))\n"
                   "(list (equal? (substitutable-paths s (list one two) urls) (list two))\n"
                   "      (equal? (substitutable-path-info s (list two) urls)\n"
                   "              (list (list two #f (list one) 17 120)))\n"
                   "      (substitutable-paths s (list two) '()))"),
            "(#t #t ())");
}

TEST_F(SubstituteNatives, AnItemThatNobodyHasIsNoErrorUnlessItIsInsistedUpon) {
  const std::string nowhere = "\"/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x\"";
  EXPECT_EQ(result("(build-things! s (list " + nowhere + ") '((substitute-urls . ())))"), "#t");
  EXPECT_THAT(error("(ensure-path! s " + nowhere + " '((substitutes . #f)))"),
              HasSubstr("is not in the store"));
}

}  // namespace
}  // namespace nacre::guile
