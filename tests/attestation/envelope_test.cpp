// SPDX-License-Identifier: GPL-3.0-or-later
#include "attestation/envelope.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "attestation/statement.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"

namespace nacre {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EnvelopeTest : public ::testing::Test {
 protected:
  std::string refusal(const std::string& envelope) {
    try {
      open_envelope(envelope, accepted_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  SigningKey key_ = make_signing_key();
  AccessList accepted_{{key_.public_key}};
  std::string statement_ = R"({"_type":"https://in-toto.io/Statement/v1","subject":[]})";
};

TEST_F(EnvelopeTest, WhatWasSealedIsOpened) {
  const std::string envelope = seal_statement(statement_, key_);
  EXPECT_EQ(envelope.find('\n'), envelope.size() - 1);
  const OpenedEnvelope opened = open_envelope(envelope, accepted_);
  EXPECT_EQ(opened.statement, statement_);
  EXPECT_EQ(opened.key_id, key_id(key_.public_key));
  EXPECT_EQ(opened.key_id.size(), 64U);
  EXPECT_EQ(seal_statement(statement_, key_), envelope);
}

TEST_F(EnvelopeTest, AnyChangeIsNoticed) {
  json envelope = json::parse(seal_statement(statement_, key_));
  json changed = envelope;
  changed["payload"] = base64_encode(statement_ + " ");
  EXPECT_THAT(refusal(changed.dump()), HasSubstr("its signature is for something else"));
  changed = envelope;
  changed["payloadType"] = "application/json";
  EXPECT_THAT(refusal(changed.dump()), HasSubstr("no in-toto statement, but 'application/json'"));
  changed = envelope;
  changed["signatures"] = json::array();
  EXPECT_THAT(refusal(changed.dump()), HasSubstr("it is not signed"));
  changed["signatures"] = json::array({{{"sig", base64_encode("another kind")}}});
  EXPECT_THAT(refusal(changed.dump()), HasSubstr("key of another kind"));
  EXPECT_THAT(refusal("{}"), HasSubstr("not a signed statement"));
  EXPECT_THAT(refusal("[]"), HasSubstr("not a signed statement"));
  EXPECT_THAT(refusal("x"), HasSubstr("not a signed statement"));
}

TEST_F(EnvelopeTest, AKeyHasToBeAuthorized) {
  const SigningKey stranger = make_signing_key();
  const std::string envelope = seal_statement(statement_, stranger);
  EXPECT_THAT(refusal(envelope), HasSubstr("unauthorized public key"));
  accepted_ = accepted_.with(stranger.public_key);
  EXPECT_EQ(refusal(envelope), "");
}

TEST_F(EnvelopeTest, OneGoodSignatureOfSeveralCounts) {
  json envelope = json::parse(seal_statement(statement_, make_signing_key()));
  envelope["signatures"].push_back(json::parse(seal_statement(statement_, key_))["signatures"][0]);
  EXPECT_EQ(open_envelope(envelope.dump(), accepted_).key_id, key_id(key_.public_key));
}

TEST(Statement, TellsWhatItWasMadeOf) {
  BuildFacts facts;
  facts.parameters = {{"format", "docker"}};
  facts.internal = {{"derivation", "/gnu/store/x.drv"}};
  facts.dependencies =
      json::array({{{"uri", "git+https://example.org/x@abc"}, {"digest", {{"gitCommit", "abc"}}}},
                   {{"uri", "https://example.org/y"}, {"digest", {{"sha256", "00"}}}}});
  facts.builder = "urn:x";
  facts.version = "1";
  const StatementSummary summary =
      summarize_statement(make_statement({{"pack", "aa"}, {"image", "bb"}}, facts));
  ASSERT_EQ(summary.subjects.size(), 2U);
  EXPECT_EQ(summary.subjects[1].name, "image");
  EXPECT_EQ(summary.subjects[1].sha256, "bb");
  EXPECT_EQ(summary.builder, "urn:x");
  EXPECT_EQ(summary.version, "1");
  EXPECT_EQ(summary.format, "docker");
  EXPECT_EQ(summary.derivation, "/gnu/store/x.drv");
  EXPECT_THAT(summary.sources, ElementsAre("git+https://example.org/x@abc"));
}

TEST(Statement, OthersAreRefusedOrTellNothing) {
  EXPECT_THROW(summarize_statement("x"), Error);
  EXPECT_THROW(summarize_statement("{}"), Error);
  const StatementSummary summary = summarize_statement(
      R"({"_type":"https://in-toto.io/Statement/v1","subject":[1,{"name":2}],"predicate":[]})");
  EXPECT_EQ(summary.subjects.size(), 2U);
  EXPECT_EQ(summary.builder, "");
}

}  // namespace
}  // namespace nacre
