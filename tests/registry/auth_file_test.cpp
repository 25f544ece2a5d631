// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "registry/credentials.hpp"

namespace nacre::registry {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::string& text) {
  try {
    parse_auth_file(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(RegistryAuthFile, ReadsWhatDockerAndPodmanWrite) {
  const AuthFile file = parse_auth_file(R"({
    "auths": {
      "https://index.example.org/v1/": {"auth": ")" +
                                        base64_encode("ann:p:w") + R"("},
      "host:5000/team": {"username": "bob", "password": "x"},
      "token.example.org": {"auth": ")" +
                                        base64_encode("<t>:") + R"(", "identitytoken": "id"},
      "empty.example.org": {}
    },
    "credHelpers": {"help.example.org": "pass"}, "credsStore": "secretservice"})");
  EXPECT_EQ(file.credentials.at("index.example.org").user, "ann");
  EXPECT_EQ(file.credentials.at("index.example.org").password, "p:w");
  EXPECT_EQ(file.credentials.at("host:5000/team").user, "bob");
  EXPECT_EQ(file.credentials.at("token.example.org").identity_token, "id");
  EXPECT_EQ(file.credentials.count("empty.example.org"), 0U);
  EXPECT_EQ(file.helpers.at("help.example.org"), "pass");
  EXPECT_EQ(file.default_helper, "secretservice");
}

TEST(RegistryAuthFile, RefusesWhatIsMalformedWithoutTellingSecrets) {
  EXPECT_THAT(refusal("[1]"), HasSubstr("JSON object"));
  EXPECT_THAT(refusal("{"), HasSubstr("JSON object"));
  EXPECT_THAT(refusal(R"({"auths": {"h": {"auth": "s3cret!!"}}})"),
              testing::AllOf(HasSubstr("base 64"), Not(HasSubstr("s3cret"))));
  const std::string no_colon = base64_encode("s3cret");
  EXPECT_THAT(refusal(R"({"auths": {"h": {"auth": ")" + no_colon + R"("}}})"),
              testing::AllOf(HasSubstr("USER:PASSWORD"), Not(HasSubstr("s3cret"))));
  const std::string newline = base64_encode("ann:s3cret\r\nX: y");
  EXPECT_THAT(refusal(R"({"auths": {"h": {"auth": ")" + newline + R"("}}})"),
              testing::AllOf(HasSubstr("control characters"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(refusal(R"({"credsStore": "../../bin/sh"})"), HasSubstr("helper"));
  EXPECT_THAT(refusal(R"({"credHelpers": {"h": 1}})"), HasSubstr("helper"));
}

TEST(RegistryAuthFile, IgnoresMembersOfOtherKinds) {
  EXPECT_EQ(refusal(R"({"auths": [], "credHelpers": 1})"), "accepted");
  EXPECT_EQ(refusal(R"({"auths": {"h": 1, "i": {"auth": 2}}})"), "accepted");
}

TEST(RegistryAuthFile, LooksForTheLongestNameFirst) {
  EXPECT_THAT(credential_keys("host:5000/a/b"),
              testing::ElementsAre("host:5000/a/b", "host:5000/a", "host:5000"));
}

/// An environment of one's own.
class FindCredentials : public testing::Test {
 protected:
  FindCredentials() {
    for (const char* name :
         {"REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "DOCKER_CONFIG"})
      unsetenv(name);
    setenv("HOME", home_.path().c_str(), 1);
    setenv("PATH", (home_.path() + "/bin:" + path_).c_str(), 1);
  }
  ~FindCredentials() override { setenv("PATH", path_.c_str(), 1); }

  void write(const std::string& file, const std::string& text) {
    make_directories(directory_name(home_.path() + "/" + file));
    write_file_atomically(home_.path() + "/" + file, text, 0755);
  }
  static std::string auths(const std::string& key, const std::string& user) {
    return R"({"auths": {")" + key + R"(": {"auth": ")" + base64_encode(user + ":pw") + R"("}}})";
  }
  static std::string user(const std::string& reference = "docker://host.org/team/image") {
    const FoundCredentials found = find_credentials(parse_reference(reference));
    return found.credentials ? found.credentials->user + found.credentials->identity_token : "none";
  }

  std::string path_ = std::getenv("PATH");
  TemporaryDirectory home_{"nacre-auth-"};
};

TEST_F(FindCredentials, PrefersPodmansFilesAndLongerNames) {
  EXPECT_EQ(user(), "none");
  write(".docker/config.json", auths("host.org", "docker"));
  EXPECT_EQ(user(), "docker");
  write(".config/containers/auth.json", auths("host.org", "podman"));
  EXPECT_EQ(user(), "podman");
  setenv("XDG_RUNTIME_DIR", (home_.path() + "/run").c_str(), 1);
  write("run/containers/auth.json",
        R"({"auths": {"host.org": {"username": "wide"}, "host.org/team": {"username": "near"},
            "host.org/teams": {"username": "other"}}})");
  EXPECT_EQ(user(), "near");
  EXPECT_EQ(user("docker://host.org/x"), "wide");
  EXPECT_EQ(user("docker://host.org:5000/team/image"), "none");
  EXPECT_EQ(user("docker://evil.org/host.org/team"), "none");
}

TEST_F(FindCredentials, TakesOnlyTheFileThatIsChosen) {
  write(".docker/config.json", auths("host.org", "docker"));
  setenv("REGISTRY_AUTH_FILE", (home_.path() + "/mine").c_str(), 1);
  EXPECT_EQ(user(), "none");
  write("mine", auths("host.org", "mine"));
  EXPECT_EQ(user(), "mine");
}

TEST_F(FindCredentials, AsksHelpers) {
  write(".docker/config.json",
        R"({"auths": {"host.org": {}}, "credsStore": "all", "credHelpers": {"one.org": "one"}})");
  write("bin/docker-credential-all",
        "#!/bin/sh\n[ \"$1\" = get ] || exit 9\nread -r host\n"
        "echo \"{\\\"Username\\\": \\\"<token>\\\", \\\"Secret\\\": \\\"for-$host\\\"}\"\n");
  write("bin/docker-credential-one",
        "#!/bin/sh\necho credentials not found in native keychain\n"
        "exit 1\n");
  EXPECT_EQ(user(), "for-host.org");
  EXPECT_EQ(user("docker://one.org/x"), "for-one.org");
}

TEST_F(FindCredentials, TellsOfHelpersThatFail) {
  write(".docker/config.json", R"({"credsStore": "absent"})");
  EXPECT_THROW(user(), Error);
  write(".docker/config.json", R"({"credsStore": "bad"})");
  write("bin/docker-credential-bad", "#!/bin/sh\necho 's3cret nonsense'\n");
  try {
    user();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                testing::AllOf(HasSubstr("docker-credential-bad"), Not(HasSubstr("s3cret"))));
  }
}

TEST_F(FindCredentials, TellsWhereItLooked) {
  const FoundCredentials found = find_credentials(parse_reference("docker://host.org/x"));
  EXPECT_THAT(found.source, HasSubstr(home_.path() + "/.config/containers/auth.json, "));
  EXPECT_THAT(found.source, HasSubstr("/.docker/config.json"));
}

}  // namespace
}  // namespace nacre::registry
