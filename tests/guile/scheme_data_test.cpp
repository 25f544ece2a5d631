// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/scheme_data.hpp"

#include "guile/language_fixture.hpp"

namespace nacre::guile {
namespace {

class SchemeData : public LanguageTest {
 protected:
  /// Whether the native reader and Guile's make the same of `text`, source properties included.
  static std::string comparison(const std::string& text) {
    return display(apply(evaluate(R"(
      (use-modules (rnrs bytevectors) (srfi srfi-1))
      (define (properties x)
        (and (supports-source-properties? x) (source-properties x)))
      (define (same? a b)
        (and (equal? (properties a) (properties b))
             (cond ((and (pair? a) (pair? b))
                    (and (same? (car a) (car b)) (same? (cdr a) (cdr b))))
                   ((and (vector? a) (vector? b))
                    (same? (vector->list a) (vector->list b)))
                   (else (equal? a b)))))
      (define (read-all text)
        (call-with-input-string text
          (lambda (port)
            (set-port-filename! port "file.scm")
            (let loop ((data '()))
              (let ((datum (read port)))
                (if (eof-object? datum)
                    (reverse data)
                    (loop (cons datum data))))))))
      (lambda (text)
        (let ((ours   (read-scheme-data (string->utf8 text) "file.scm"))
              (guiles (read-all text)))
          (if (and (= (length ours) (length guiles))
                   (every same? ours guiles))
              "equal"
              (list ours guiles)))))",
                                  "user.scm", {"(guix gexp)", "(nacre datum)"}),
                         {to_scheme(text)}));
  }
};

TEST_F(SchemeData, AreThoseOfGuilesReader) {
  for (const char* text : {
           "(define (f x) \"a string\" (g 'x `(y ,z ,@w)))",
           "#~(begin #$a #$@b #+c #+@d)  (a . (b)) (a . ,b) ( . c)",
           "#~(list #$glib:bin #+glib:out #$@a:b #+@a:b:c)",
           "\t(a\n\t b) ; comment\n#| block #| nested |# |# #;(gone) d",
           "1 -1 +1 1/2 1.5 -.5e3 +i 1@2 123456789012345678901234567890 #xff #b-101 1+ - ...",
           "#t #f #true #nil #:key #\\a #\\space #\\x3bb #\\101 #{sym bol}#",
           "#(1 \"two\" #(3)) #vu8(1 2 3) #u8(4) #f32(1.5) #*0110 #2((1 2) (3 4))",
           "\"\\x41\\u00e9\\n\\\\ \u00e9\" \u00e9 [a b]",
           "#!fold-case ABC #!no-fold-case ABC",
           "() (()) ((a . b) . c) (quote) 'a''b",
       })
    EXPECT_EQ(comparison(text), "equal") << text;
}

TEST_F(SchemeData, NameThePlaceOfWhatIsNone) {
  const Error error =
      error_of("(read-scheme-data #vu8(10 35 120 113) \"file.scm\")", {"(nacre datum)"});
  EXPECT_STREQ(error.what(), "'#xq' is not a number");
  EXPECT_EQ(place(error), "file.scm:2:1");
}

}  // namespace
}  // namespace nacre::guile
