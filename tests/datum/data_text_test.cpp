// SPDX-License-Identifier: GPL-3.0-or-later
#include "datum/data_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datum/number_syntax.hpp"

namespace nacre {
namespace {

/// A datum in a form that shows its kind.
std::string shown(const Datum& datum) {
  auto all = [&](std::string_view open) {
    std::string text(open);
    for (const Datum& element : datum.elements())
      text += (text.size() == open.size() ? "" : " ") + shown(element);
    return text;
  };
  switch (datum.kind()) {
    case DatumKind::list:
      return all("(") + ")";
    case DatumKind::improper_list:
      return all("improper(") + ")";
    case DatumKind::vector:
      return all("vector(") + ")";
    case DatumKind::array:
      return all("array(") + ")";
    case DatumKind::bit_vector:
      return fmt::format("bits:{}", datum.text());
    case DatumKind::string:
      return fmt::format("\"{}\"", datum.text());
    case DatumKind::symbol:
      return std::string(datum.text());
    case DatumKind::keyword:
      return fmt::format("#:{}", datum.text());
    case DatumKind::number:
      return fmt::format("number:{}", datum.text());
    case DatumKind::integer:
      return fmt::format("{}", datum.integer());
    case DatumKind::character:
      return fmt::format("char:{}", datum.integer());
    case DatumKind::boolean:
      return datum.integer() != 0 ? "true" : "false";
    case DatumKind::nil:
      return "nil";
  }
  return "unknown";
}

std::string read(std::string text) {
  std::string result;
  const DataText data("file.scm", std::move(text));
  for (const Datum& datum : data.data()) result += (result.empty() ? "" : " ") + shown(datum);
  return result;
}

/// "LINE:COLUMN: MESSAGE" of the Error that a text is.
std::string refusal(std::string text, DatumOptions options = {}) {
  try {
    const DataText data("file.scm", std::move(text), options);
  } catch (const Error& error) {
    return fmt::format("{}: {}", error.location() ? error.location()->to_string() : "nowhere",
                       error.what());
  }
  return "none";
}

TEST(DataText, ReadsListsOfAllKinds) {
  EXPECT_EQ(read("(a (b . c) [d] #(e f) ())"), "(a improper(b c) (d) vector(e f) ())");
  EXPECT_EQ(read("(a . (b c))"), "improper(a (b c))");
  EXPECT_EQ(read("( . a)"), "a");
  EXPECT_EQ(read(""), "");
}

TEST(DataText, ReadsAbbreviationsAsLists) {
  EXPECT_EQ(read("'a `(b ,c ,@d)"), "(quote a) (quasiquote (b (unquote c) (unquote-splicing d)))");
  EXPECT_EQ(read("#'a #`b #,c #,@d"),
            "(syntax a) (quasisyntax b) (unsyntax c) (unsyntax-splicing d)");
  EXPECT_EQ(read("#~(#$a #$@b #+c #+@d)"),
            "(gexp ((ungexp a) (ungexp-splicing b) (ungexp-native c) (ungexp-native-splicing d)))");
  EXPECT_EQ(read("''a"), "(quote (quote a))");
}

TEST(DataText, ReadsOutputsOfPackagesInGexps) {
  EXPECT_EQ(read("#$a:b #+@a:b:c #$(a:b) '#$a: `a:b"),
            "(ungexp a \"b\") (ungexp-native-splicing a:b \"c\") (ungexp (a:b)) "
            "(quote (ungexp a \"\")) (quasiquote a:b)");
}

TEST(DataText, SkipsCommentsOfAllKinds) {
  EXPECT_EQ(read("a ; b\n#| c #| d |# |# #;e #;(f g) h #! i !# j"), "a h j");
  EXPECT_EQ(read("(a #;b . #;c d #;e)"), "improper(a d)");
  EXPECT_EQ(read("'#;a b"), "(quote b)");
  EXPECT_EQ(read("#;#;a b c"), "c");
  EXPECT_EQ(read("#||# a #!!# b"), "a b");
}

TEST(DataText, ReadsStringsWithEscapes) {
  EXPECT_EQ(read(R"("a\"\\\n\t\x41\u00e9\U01F600\|\(")"), "\"a\"\\\n\tA\u00e9\U0001F600|(\"");
  EXPECT_EQ(read("\"a\\\n  b\""), "\"a  b\"");
  EXPECT_EQ(read("#!r6rs \"\\x41;\\\n  b\""), "\"Ab\"");
  const DataText nul("file.scm", R"("\0")");
  EXPECT_EQ(nul.only().text(), std::string_view("\0", 1));
}

TEST(DataText, TellsNumbersFromSymbols) {
  EXPECT_EQ(read("1 -2 +3 9223372036854775807"), "1 -2 3 9223372036854775807");
  EXPECT_EQ(read("9223372036854775808 1/2 .5 1e3 +i #xFF"),
            "number:9223372036854775808 number:1/2 number:.5 number:1e3 number:+i number:#xFF");
  EXPECT_EQ(read("1+ - + ... -> 1.2.3 +-3"), "1+ - + ... -> 1.2.3 +-3");
}

TEST(NumberSyntax, IsThatOfGuile) {
  for (const char* number : {"1", "-1", "+1", "1.", ".1", "1.5e-3", "1/3", "+inf.0", "-nan.0",
                             "1+i", "1-2i", "-i", "1@2", "1#.#", "+1/2i", "1L2"})
    EXPECT_TRUE(is_decimal_number(number)) << number;
  for (const char* symbol : {"", "+", "-", ".", "...", "1+", "-1-", "1e", "1/0", "inf.0", "i", "1i",
                             "--1", "1..2", "1+2", "1/2/3"})
    EXPECT_FALSE(is_decimal_number(symbol)) << symbol;
}

TEST(DataText, ReadsWhatBeginsWithAHash) {
  EXPECT_EQ(read("#t #f #true #FALSE #nil #:key #{a b}# #*101"),
            "true false true false nil #:key a b bits:101");
  EXPECT_EQ(read("#vu8(1 2) #f32(1.5) #2((1) (2))"),
            "array(vu8 1 2) array(f32 number:1.5) array(2 (1) (2))");
  EXPECT_EQ(read(R"(#\a #\space #\( #\x41 #\101 #\NUL #\é)"),
            "char:97 char:32 char:40 char:65 char:65 char:0 char:233");
}

TEST(DataText, FoldsCaseWhereADirectiveSaysSo) {
  EXPECT_EQ(read("#!fold-case ABC #!no-fold-case ABC \"ABC\""), "abc ABC \"ABC\"");
}

TEST(DataText, KnowsWhereDataBegin) {
  const DataText text("file.scm", "\n\t(a é 'b\n  \"c\")");
  const Datum& list = text.only();
  EXPECT_EQ(list.line(), 1u);
  EXPECT_EQ(list.column(), 8u);
  const auto elements = list.elements();
  ASSERT_EQ(elements.size(), 4u);
  EXPECT_EQ(elements[2].column(), 13u);
  EXPECT_EQ(text.source(elements[2]), "'b");
  EXPECT_EQ(elements[3].line(), 2u);
  EXPECT_EQ(text.location(elements[3]).to_string(), "file.scm:3:3");
  EXPECT_EQ(text.source(list), "(a é 'b\n  \"c\")");
}

TEST(DataText, SkipsAByteOrderMark) {
  const DataText text("file.scm", "\ufeff(a)");
  EXPECT_EQ(text.only().column(), 0u);
  EXPECT_EQ(text.source(text.only()), "(a)");
}

TEST(DataText, ReplacesWhatIsNotUtf8WhereThatIsWanted) {
  const DataText text("file.scm", "(\"caf\xe9\" a)", {.replaces_invalid = true});
  const auto elements = text.only().elements();
  EXPECT_EQ(elements[0].text(), "caf\ufffd");
  EXPECT_EQ(elements[1].column(), 8u);
}

TEST(DataText, CountsColumnsOfLinesOfAllLengths) {
  for (std::size_t spaces = 0; spaces < 20; ++spaces) {
    const std::string line(spaces, ' ');
    const DataText text("file.scm", line + "é" + line + "\n" + line + "\t" + line + "b");
    ASSERT_EQ(text.data().size(), 2u);
    EXPECT_EQ(text.data()[0].column(), spaces);
    EXPECT_EQ(text.data()[1].line(), 1u);
    EXPECT_EQ(text.data()[1].column(), (spaces / 8 + 1) * 8 + spaces);
  }
}

TEST(DataText, NamesThePlaceOfAMistake) {
  EXPECT_EQ(refusal("(a\n  (b"), "file.scm:2:3: the text ends before the ')' of what begins here");
  EXPECT_EQ(refusal("(a]"),
            "file.scm:1:3: ']' where ')' was expected: what it closes begins at line 1, column 1");
  EXPECT_EQ(refusal("a)"), "file.scm:1:2: a ')' that closes nothing");
  EXPECT_EQ(refusal("'"), "file.scm:1:1: the text ends where a datum was expected");
  EXPECT_EQ(refusal("(a . )"), "file.scm:1:6: a datum was expected behind the dot");
  EXPECT_EQ(refusal("(a . b c)"), "file.scm:1:8: more than one datum behind the dot of a list");
  EXPECT_EQ(refusal("\"a"), "file.scm:1:1: the string that begins here has no end");
  EXPECT_EQ(refusal("\"a\\"), "file.scm:1:1: the string that begins here has no end");
  EXPECT_EQ(refusal("#!r6rs \"\\x;\""),
            "file.scm:1:11: 1 to 8 hexadecimal digits and a ';' were expected");
  EXPECT_EQ(refusal("#!r6rs \"\\x123456789;\""),
            "file.scm:1:11: 1 to 8 hexadecimal digits and a ';' were expected");
  EXPECT_EQ(refusal(R"("\q")"), "file.scm:1:2: an escape sequence that strings do not have");
  EXPECT_EQ(refusal(R"("\ud800")"), "file.scm:1:4: there is no character D800");
  EXPECT_EQ(refusal("#| a"), "file.scm:1:1: the comment that begins here with '#|' has no end");
  EXPECT_EQ(refusal("#<a>"), "file.scm:1:1: '#<a>' is not a datum");
  EXPECT_EQ(refusal("#\\notaname"), "file.scm:1:1: '#\\notaname' is not a character");
  EXPECT_EQ(refusal("a\n \xff"), "file.scm:2:2: the text is not valid UTF-8 here");
  EXPECT_EQ(refusal("#:(a)"), "file.scm:1:3: a symbol was expected behind '#:'");
}

TEST(DataText, RefusesWhatIsBeyondItsLimits) {
  EXPECT_EQ(refusal(std::string(11, 'a'), {.bytes = 10}),
            "file.scm: a text of 11 bytes is longer than the 10 that are read");
  EXPECT_EQ(refusal("((((a))))", {.depth = 3}), "file.scm:1:4: data nested more than 3 deep");
  EXPECT_EQ(refusal(std::string(1'000'000, '(')),
            "file.scm:1:4097: data nested more than 4096 deep");
  EXPECT_EQ(refusal(std::string(1'000'000, '\'')),
            "file.scm:1:4097: data nested more than 4096 deep");
}

TEST(DataText, QuotesNoMoreThanTheBeginningOfALongMistake) {
  for (const char* mark : {"#\\", "#n", "#<"})
    EXPECT_LT(refusal(mark + std::string(100'000, 'a')).size(), 100u) << mark;
  EXPECT_EQ(refusal("#<" + std::string(100, 'a') + "\u00e9"),
            "file.scm:1:1: '#<" + std::string(37, 'a') + "\u2026' is not a datum");
}

TEST(DataText, OnlyWantsOneDatum) {
  EXPECT_THROW(DataText("file.scm", "").only(), Error);
  EXPECT_THROW(DataText("file.scm", "a b").only(), Error);
}

}  // namespace
}  // namespace nacre
