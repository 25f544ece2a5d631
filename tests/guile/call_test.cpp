// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include "base/interrupt.hpp"
#include "guile/convert.hpp"
#include "guile/exception.hpp"
#include "guile/interrupts.hpp"
#include "guile/language_fixture.hpp"
#include "guile/native.hpp"

namespace nacre::guile {
namespace {

/// Counts the objects that are alive.
struct Counted {
  Counted() { ++alive; }
  ~Counted() { --alive; }
  Counted(const Counted&) = delete;
  static inline int alive = 0;
};

SCM refuse(SCM text) {
  const Counted counted;
  throw Error("refused: {}", string_from(text)).at({"other.scm", 3, 4}).hint("ask again").status(7);
}

SCM refuse_as_store(SCM text) {
  const Counted counted;
  throw Error("refused: {}", string_from(text)).status(9);
}

SCM fail_with_standard_exception() {
  const Counted counted;
  throw std::runtime_error("standard trouble");
}

SCM fail_with_errno() {
  const Counted counted;
  throw SystemError(ENOENT, "opening x");
}

SCM call_back(SCM procedure, SCM argument) {
  const Counted counted;
  return call([&] { return scm_call_1(procedure, argument); });
}

SCM pass_on(SCM value, SCM other) {
  return scm_cons(value, SCM_UNBNDP(other) ? SCM_BOOL_F : other);
}

void definitions() {
  define_native<&refuse>("refuse");
  define_native<&refuse_as_store, Refusal::protocol>("refuse/store");
  define_native<&fail_with_standard_exception>("fail/standard");
  define_native<&fail_with_errno>("fail/errno");
  define_native<&call_back>("call-back");
  define_native<&pass_on>("pass-on", 1);
}

class Call : public LanguageTest {
 protected:
  static void SetUpTestSuite() {
    start();
    call([] {
      define_native_module("test natives", definitions);
      return SCM_UNSPECIFIED;
    });
  }
  void TearDown() override { EXPECT_EQ(Counted::alive, 0) << "a destructor did not run"; }

  const std::vector<std::string> natives{"(test natives)", "(srfi srfi-34)", "(srfi srfi-35)"};
};

TEST_F(Call, ReturnsWhatTheBodyReturns) {
  EXPECT_EQ(scm_to_int(call([] { return scm_from_int(42); })), 42);
}

TEST_F(Call, OptionalArgumentOfANativeMayBeLeftOut) {
  EXPECT_EQ(evaluated("(list (pass-on 1) (pass-on 1 2))", natives), "((1 . #f) (1 . 2))");
  EXPECT_THAT(error_of("(pass-on)", natives).what(),
              testing::HasSubstr("Wrong number of arguments"));
}

TEST_F(Call, CppExceptionOfTheBodyComesThrough) {
  EXPECT_THROW(call([]() -> SCM { throw std::out_of_range("there"); }), std::out_of_range);
}

TEST_F(Call, ErrorOfANativeKeepsMessagePlaceHintAndStatus) {
  const Error error = error_of("(refuse \"no\")", natives);
  EXPECT_STREQ(error.what(), "refused: no");
  EXPECT_EQ(place(error), "other.scm:3:4");
  EXPECT_EQ(error.hint(), "ask again");
  EXPECT_EQ(error.status(), 7);
}

TEST_F(Call, ErrorOfANativeWithoutPlaceIsAtTheUsersCall) {
  EXPECT_EQ(place(error_of("(list\n  (refuse/store \"no\"))", natives)), "user.scm:2:3");
}

TEST_F(Call, ErrorOfANativeIsAMessageConditionForPrograms) {
  EXPECT_EQ(evaluated("(guard (c ((message-condition? c) (condition-message c))) (refuse \"no\"))",
                      natives),
            "refused: no");
}

TEST_F(Call, ErrorOfTheStoreIsAProtocolErrorForPrograms) {
  auto modules = natives;
  modules.push_back("(guix store)");
  EXPECT_EQ(evaluated("(guard (c ((store-protocol-error? c) (list (store-protocol-error-message c)"
                      " (store-protocol-error-status c)))) (refuse/store \"no\"))",
                      modules),
            "(refused: no 9)");
}

TEST_F(Call, SystemErrorOfANativeHasItsErrno) {
  EXPECT_EQ(evaluated("(catch 'system-error fail/errno (lambda args (system-error-errno args)))",
                      natives),
            std::to_string(ENOENT));
  EXPECT_STREQ(error_of("(fail/errno)", natives).what(), "opening x: No such file or directory");
}

TEST_F(Call, StandardExceptionOfANativeIsAnError) {
  EXPECT_STREQ(error_of("(fail/standard)", natives).what(), "standard trouble");
}

TEST_F(Call, WrongArgumentOfANativeIsAnError) {
  const Error error = error_of("(refuse 12)", natives);
  EXPECT_STREQ(error.what(), "a string was expected, not 12");
}

TEST_F(Call, SchemeExceptionGoesThroughNativesUnchanged) {
  EXPECT_EQ(evaluated("(catch 'mine"
                      " (lambda () (call-back (lambda (x) (throw 'mine x 2)) 1))"
                      " (lambda args args))",
                      natives),
            "(mine 1 2)");
  EXPECT_EQ(evaluated("(define c (condition (&message (message \"same\"))))"
                      "(guard (d (#t (eq? c d)))"
                      " (call-back (lambda (x) (raise c)) 1))",
                      natives),
            "#t");
}

TEST_F(Call, JumpOutOfACallbackIsAnErrorAndDestructorsRun) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a full continuation is a copy of the stack, red zones included";
#endif
  for (const char* jump : {
           "(let/ec k (call-back k 1))",
           "(let/ec k (call-back (lambda (x) (call-back k 1)) 1))",
           "(call/ec (lambda (k) (call-back k 1)))",
           "(call/cc (lambda (k) (call-back k 1)))",
           "(call-with-prompt 'tag"
           " (lambda () (call-back (lambda (x) (abort-to-prompt 'tag x)) 1))"
           " (lambda (k x) x))",
       }) {
    auto modules = natives;
    modules.push_back("(ice-9 control)");
    const Error error = error_of(jump, modules);
    EXPECT_THAT(error.what(), testing::AnyOf(testing::HasSubstr("cannot be left by a jump"),
                                             testing::HasSubstr("continuation barrier")))
        << jump;
    EXPECT_EQ(Counted::alive, 0) << jump;
    EXPECT_EQ(
        evaluated(std::string("(catch #t (lambda () ") + jump + ") (lambda _ 'caught))", modules),
        "caught");
  }
}

TEST_F(Call, JumpThatTakesThePlaceOfAnExceptionDoesNotLeaveACallback) {
  const Error error = error_of(
      "(let/ec k (call-back (lambda (x) (dynamic-wind (const #t) (lambda () (error \"first\"))"
      " (lambda () (k 1)))) 1))",
      {"(test natives)", "(ice-9 control)"});
  EXPECT_THAT(error.what(), testing::HasSubstr("cannot be left by a jump"));
}

TEST_F(Call, JumpsWithinACallbackAreFree) {
  EXPECT_EQ(evaluated("(call-back (lambda (x) (let/ec k (for-each k '(1 2)))) 1)",
                      {"(test natives)", "(ice-9 control)"}),
            "1");
}

TEST_F(Call, ContinuationOfACallbackThatHasReturnedCannotBeResumed) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a full continuation is a copy of the stack, red zones included";
#endif
  const Error error = error_of(
      "(define saved #f)\n"
      "(call-back (lambda (x) (call/cc (lambda (k) (set! saved k) x))) 1)\n"
      "(saved 2)",
      natives);
  EXPECT_THAT(error.what(), testing::HasSubstr("continuation barrier"));
}

TEST_F(Call, DestructorsRunAtEveryLevelWhenTheInnermostSchemeThrows) {
  const Error error = error_of(
      "(define (down n)\n"
      "  (if (zero? n)\n"
      "      (list (car 'deep))\n"
      "      (list (call-back down (- n 1)))))\n"
      "(down 20)",
      natives);
  EXPECT_EQ(place(error), "user.scm:3:13");
  EXPECT_EQ(Counted::alive, 0);
}

TEST_F(Call, ErrorOfAnInnerNativeKeepsItsPlaceThroughOuterOnes) {
  const Error error = error_of("(call-back (lambda (x) (call-back refuse x)) \"deep\")", natives);
  EXPECT_STREQ(error.what(), "refused: deep");
  EXPECT_EQ(place(error), "other.scm:3:4");
}

TEST_F(Call, ExitCarriesItsStatus) {
  try {
    evaluate("(exit 7)", "user.scm", {});
    FAIL();
  } catch (const Exit& exit) {
    EXPECT_EQ(exit.status(), 7);
  }
}

TEST_F(Call, EndlessRecursionIsAnErrorAndTheInterpreterGoesOn) {
  const Error error = error_of("(define (f n) (+ 1 (f n)))\n(f 1)");
  EXPECT_STREQ(error.what(), "the recursion is too deep");
  EXPECT_EQ(evaluated("(+ 1 2)"), "3");
}

TEST_F(Call, DeepRecursionIsNoError) {
  EXPECT_EQ(evaluated("(define (f n) (if (zero? n) 0 (+ 1 (f (- n 1)))))\n(f 1000000)"), "1000000");
}

TEST_F(Call, MemoryThatIsNotThereIsAnErrorAndTheInterpreterGoesOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends the program";
#endif
  const Error error = error_of("(make-bytevector (expt 2 60))", {"(rnrs bytevectors)"});
  EXPECT_STREQ(error.what(), "out of memory");
  EXPECT_EQ(evaluated("(+ 1 2)"), "3");
}

TEST_F(Call, SignalsStopSchemeCode) {
  install_interrupt_handlers();
  deliver_interrupts();
  for (int signal : {SIGINT, SIGTERM}) {
    try {
      evaluate(fmt::format("(kill (getpid) {}) (let loop () (loop))", signal), "user.scm", {});
      FAIL();
    } catch (const Interrupted& interrupted) {
      EXPECT_EQ(interrupted.status(), 128 + signal);
    }
    forget_interrupt();
  }
}

TEST_F(Call, InterruptHeardByANativeIsTheSameForPrograms) {
  EXPECT_THROW(evaluate("(call-back (lambda (x) (scm-error 'signal #f \"\" '() '(2))) 1)",
                        "user.scm", natives),
               Interrupted);
}

TEST_F(Call, ValuesSurviveCollectionsAsLongAsTheyAreHeld) {
  std::vector<Value> values;
  for (int i = 0; i < 1000; ++i) values.push_back(to_scheme("text " + std::to_string(i)));
  const std::vector<Value> copies = values;
  values.clear();
  for (int i = 0; i < 5; ++i) {
    call([] {
      scm_gc();
      return scm_make_vector(scm_from_int(100000), SCM_EOL);
    });
  }
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(to_string(copies[i]), "text " + std::to_string(i));
}

TEST_F(Call, TextsGoThereAndBack) {
  for (const char* text : {"", "plain", "Größe → 日本 🙂", "a\nb"})
    EXPECT_EQ(to_string(to_scheme(text)), text);
}

TEST_F(Call, BytesThatAreNotUtf8AreNamedInTheError) {
  const Error error = error_of([] { to_scheme("caf\xe9"); });
  EXPECT_STREQ(error.what(), "'caf\\xE9' is not valid UTF-8: byte 4");
}

TEST_F(Call, BytesThatAreNotUtf8AreRefusedAsText) {
  for (const char* text : {"\xff", "a\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80"})
    EXPECT_THROW(to_scheme(text), Error) << text;
}

TEST_F(Call, ListsGoThereAndBack) {
  const Value value = list({to_scheme(1L), symbol("two"), keyword("three"), to_scheme(true)});
  EXPECT_EQ(display(value), "(1 two #:three #t)");
  EXPECT_EQ(to_vector(value).size(), 4u);
  EXPECT_EQ(display(to_vector(value)[1]), "two");
  EXPECT_THROW(to_vector(to_scheme("no list")), Error);
  EXPECT_THROW(to_string(value), Error);
}

TEST_F(Call, ReferenceFindsAVariableAndApplyAppliesIt) {
  const Value fold = reference("(srfi srfi-1)", "fold");
  const Value sum = reference("(guile)", "+");
  EXPECT_EQ(display(apply(fold, {sum, to_scheme(0L), list({to_scheme(1L), to_scheme(2L)})})), "3");
  EXPECT_THROW(reference("(srfi srfi-1)", "no-such-thing"), Error);
  EXPECT_THROW(reference("(no such module)", "x"), Error);
}

TEST_F(Call, CommandLineIsWhatTheSetupSays) {
  EXPECT_EQ(evaluated("(command-line)"), "(program one two)");
}

TEST_F(Call, UserModulesDoNotSeeEachOther) {
  evaluate("(define secret 1)", "user.scm", {});
  EXPECT_THROW(evaluate("secret", "user.scm", {}), Error);
}

}  // namespace
}  // namespace nacre::guile
