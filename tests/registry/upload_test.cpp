// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/upload.hpp"

#include <gmock/gmock.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "builds/web_server.hpp"
#include "registry/artefact.hpp"
#include "registry/fake_registry.hpp"

namespace nacre::registry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t piece = std::size_t{5} << 20;

Blob make_blob(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return {"sha256:" + hash_bytes(HashAlgorithm::sha256, text).base16(), Contents::of(text)};
}

class RegistryUpload : public testing::Test {
 protected:
  Repository repository(FoundCredentials credentials = {}) {
    return Repository(parse_reference("docker://" + fake_.name() + "/a:v1"), credentials,
                      {.verify_tls = true, .first_pause = 1ms}, *reporter_);
  }
  void upload(Connection& connection, const Blob& blob) {
    upload_blob(connection, PushCache(directory_.path()), blob,
                [&](std::uint64_t done) { EXPECT_LE(done, blob.contents.size); });
  }
  std::string failure(const Blob& blob) {
    try {
      Repository there = repository();
      Connection connection(there);
      upload(connection, blob);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }

  FakeRegistry fake_;
  TemporaryDirectory directory_{"nacre-uploads-"};
  std::unique_ptr<Reporter> reporter_ = make_null_reporter();
};

TEST_F(RegistryUpload, SendsPieces) {
  Repository there = repository();
  Connection connection(there);
  const Blob large = make_blob(2 * piece + 7);
  const Blob small = make_blob(7);
  EXPECT_FALSE(has_blob(connection, large.digest));
  upload(connection, large);
  upload(connection, small);
  EXPECT_TRUE(has_blob(connection, large.digest));
  EXPECT_TRUE(has_blob(connection, small.digest));
  EXPECT_EQ(fake_.count("PATCH"), 2U);
  EXPECT_THAT(fake_.heads,
              HasSubstr(fmt::format("Content-Range: {}-{}\r\n", piece, 2 * piece - 1)));
  EXPECT_EQ(list_directory(directory_.path() + "/uploads").size(), 0U);
}

TEST_F(RegistryUpload, GoesOnInTheMiddleOfAPiece) {
  fake_.break_after = piece / 2;
  Repository there = repository();
  Connection connection(there);
  const Blob blob = make_blob(2 * piece);
  upload(connection, blob);
  EXPECT_EQ(fake_.blobs.count(blob.digest), 1U);
  EXPECT_EQ(fake_.body_bytes, 2 * piece);
}

TEST_F(RegistryUpload, BeginsAnewWhereTheRegistryForgot) {
  fake_.break_after = piece / 2;
  fake_.forgets_uploads = true;
  Repository there = repository();
  Connection connection(there);
  const Blob blob = make_blob(2 * piece);
  upload(connection, blob);
  EXPECT_EQ(fake_.blobs.count(blob.digest), 1U);
  EXPECT_EQ(fake_.count("POST"), 2U);
}

TEST_F(RegistryUpload, GoesOnWithWhatAnEarlierRunBegan) {
  const Blob blob = make_blob(3 * piece);
  {
    Repository there = repository();
    Connection connection(there);
    auto interrupt = [&](std::uint64_t done) {
      if (done > piece) throw Interrupted(130);
    };
    EXPECT_THROW(upload_blob(connection, PushCache(directory_.path()), blob, interrupt),
                 Interrupted);
  }
  ASSERT_EQ(list_directory(directory_.path() + "/uploads").size(), 1U);
  const std::size_t before = fake_.body_bytes;
  Repository there = repository();
  Connection connection(there);
  upload(connection, blob);
  EXPECT_EQ(fake_.blobs.count(blob.digest), 1U);
  EXPECT_EQ(fake_.count("POST"), 1U);
  EXPECT_LE(fake_.body_bytes - before, 2 * piece);
}

TEST_F(RegistryUpload, TakesFromAnotherRepositoryWhatThatHas) {
  const Blob blob = make_blob(7);
  const PushCache cache(directory_.path());
  const std::string place = fake_.name() + " " + blob.digest;
  cache.places.remember(place, "b");
  Repository there = repository();
  Connection connection(there);
  upload(connection, blob);  // nobody may read there
  EXPECT_EQ(fake_.body_bytes, 7U);
  EXPECT_EQ(cache.places.find(place), "a");

  const Blob other = make_blob(8);
  cache.places.remember(fake_.name() + " " + other.digest, "b");
  fake_.other_blobs[other.digest] = "it";
  upload(connection, other);
  EXPECT_EQ(fake_.body_bytes, 7U);
  EXPECT_TRUE(has_blob(connection, other.digest));
}

TEST_F(RegistryUpload, TriesAgainButNotForEver) {
  fake_.failures = 3;
  EXPECT_EQ(failure(make_blob(7)), "none");
  fake_.failures = 1000;
  EXPECT_THAT(failure(make_blob(8)), HasSubstr("status 503"));
}

TEST_F(RegistryUpload, DoesNotTryLongWhereTheRegistrySendsItToNobody) {
  fake_.location_prefix = "http://127.0.0.1:1";
  EXPECT_THAT(failure(make_blob(7)), HasSubstr("sends us to a server that cannot be reached"));
  EXPECT_EQ(fake_.count("POST"), 2U);
}

TEST_F(RegistryUpload, TakesNoAnswerThatIsTooLong) {
  fake_.greeting = FakeRegistry::answer(200, "", std::string(largest_answer + 1, ' '));
  try {
    repository();
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the answer is too long"));
    EXPECT_FALSE(error.hint());
  }
}

TEST_F(RegistryUpload, DoesNotWaitForEverForAnAnswer) {
  DrippingServer server;
  HttpClient client(true, 100ms);
  try {
    client.perform(Request("GET", Url("http://" + server.name() + "/v2/")));
    ADD_FAILURE() << "was taken";
  } catch (const TransferError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the answer takes more than"));
  }
}

TEST_F(RegistryUpload, TellsWhatTheRegistrySays) {
  Blob blob = make_blob(7);
  blob.digest = make_blob(8).digest;
  EXPECT_THAT(failure(blob), HasSubstr("digest invalid: not it"));
}

TEST_F(RegistryUpload, ShowsCredentialsToTheRegistryAlone) {
  FakeRegistry other;
  const std::string secret = base64_encode("ann:s3cret");
  Credentials credentials;
  credentials.user = "ann";
  credentials.password = "s3cret";
  fake_.greeting = FakeRegistry::answer(401, "WWW-Authenticate: Basic realm=\"x\"\r\n");
  Repository there = repository({credentials, "here"});
  Connection connection(there);
  fake_.redirect_blobs_to = "http://" + other.name() + "/v2/a/blobs/elsewhere";
  EXPECT_FALSE(has_blob(connection, make_blob(7).digest));
  fake_.redirect_blobs_to.clear();
  fake_.location_prefix = "http://" + other.name();
  EXPECT_THROW(upload(connection, make_blob(7)), Error);
  EXPECT_THAT(fake_.heads, HasSubstr("Authorization: Basic " + secret));
  EXPECT_GE(other.requests.size(), 2U);
  EXPECT_THAT(other.heads, Not(HasSubstr("Authorization")));
}

TEST_F(RegistryUpload, GoesRoundInNoCircle) {
  fake_.redirect_blobs_to = "http://" + fake_.name() + "/v2/a/blobs/again";
  EXPECT_THAT(failure(make_blob(7)), "none");
  Repository there = repository();
  Connection connection(there);
  EXPECT_THROW(has_blob(connection, make_blob(7).digest), Error);
}

TEST_F(RegistryUpload, AsksForATokenAndShowsIt) {
  fake_.greeting = FakeRegistry::answer(
      401, "WWW-Authenticate: Bearer realm=\"http://" + fake_.name() + "/v2/a/token\"\r\n");
  // The fake has no such page, so there is no token.
  try {
    repository();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("gave none (status 404)"));
  }
  EXPECT_EQ(fake_.count("GET token?scope=repository%3aa%3apull%2cpush"), 1U);
}

TEST_F(RegistryUpload, TakesNoTokenServerThatOthersCanListenTo) {
  for (const char* realm : {"http://token.example.org/", "ftp://x/", "", "https://a:b@c/"}) {
    fake_.greeting =
        FakeRegistry::answer(401, fmt::format("WWW-Authenticate: Bearer realm=\"{}\"\r\n", realm));
    try {
      repository();
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("for a token, which"));
    }
  }
}

TEST_F(RegistryUpload, ListsReferrersWhereTheRegistryDoesNot) {
  const Artefact first{"application/x", "application/y", "contents", {{"a", "b"}}};
  const Artefact second{"application/z", "application/z", "others", {}};
  const Document subject = Document::of(oci_manifest_type, "{}");
  const PushCache cache(directory_.path());
  Repository there = repository();
  Connection connection(there);
  EXPECT_TRUE(push_artefact(connection, cache, subject, first));
  EXPECT_FALSE(push_artefact(connection, cache, subject, first));
  EXPECT_TRUE(push_artefact(connection, cache, subject, second));
  const std::string tag = "sha256-" + subject.digest.substr(7);
  const Json index = Json::parse(fake_.manifests.at(tag));
  ASSERT_EQ(index["manifests"].size(), 2U);
  const Json& descriptor = index["manifests"][0];
  EXPECT_EQ(descriptor["artifactType"], "application/x");
  EXPECT_EQ(descriptor["annotations"]["a"], "b");
  const Json manifest = Json::parse(fake_.manifests.at(descriptor["digest"].get<std::string>()));
  EXPECT_EQ(manifest["subject"]["digest"], subject.digest);
  EXPECT_EQ(fake_.blobs.at(manifest["layers"][0]["digest"].get<std::string>()), "contents");
  EXPECT_EQ(fake_.blobs.at(manifest["config"]["digest"].get<std::string>()), "{}");
}

TEST_F(RegistryUpload, LeavesTheListToARegistryThatKeepsOne) {
  fake_.keeps_referrers = true;
  Repository there = repository();
  Connection connection(there);
  const Document subject = Document::of(oci_manifest_type, "{}");
  push_artefact(connection, PushCache(directory_.path()), subject, {"a/x", "a/y", "contents", {}});
  EXPECT_EQ(fake_.manifests.count("sha256-" + subject.digest.substr(7)), 0U);
}

TEST(RegistryReferrers, RefusesListsThatAreNone) {
  const Artefact artefact{"a/x", "a/y", "contents", {}};
  const Document manifest = artefact_manifest(artefact, Document::of(oci_manifest_type, "{}"));
  for (const std::string& text :
       {std::string("[]"), std::string("{"), std::string("{}"), std::string(R"({"manifests":{}})"),
        R"({"manifests":)" + std::string(100'000, '[')})
    EXPECT_THROW(add_referrer(text, artefact, manifest), Error) << text.substr(0, 20);
  EXPECT_NO_THROW(add_referrer(R"({"manifests":[1,"x",{"digest":7}]})", artefact, manifest));
}

}  // namespace
}  // namespace nacre::registry
