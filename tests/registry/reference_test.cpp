// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/reference.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre::registry {
namespace {

std::string parsed(const std::string& text) {
  const Reference reference = parse_reference(text);
  return reference.registry + " " + reference.repository + " " + reference.tag;
}

TEST(RegistryReference, ReadsHostNameAndTag) {
  EXPECT_EQ(parsed("docker://registry.example.org/team/image:v1.2"),
            "registry.example.org team/image v1.2");
  EXPECT_EQ(parsed("docker://localhost:5000/a"), "localhost:5000 a latest");
  EXPECT_EQ(parsed("docker://localhost/a__b/c-d--e.f"), "localhost a__b/c-d--e.f latest");
  EXPECT_EQ(parsed("docker://[::1]:5000/a:T_1"), "[::1]:5000 a T_1");
  EXPECT_EQ(parse_reference("docker://[::1]:5000/a").host(), "::1");
  EXPECT_EQ(parse_reference("docker://host:80/a").host(), "host");
}

TEST(RegistryReference, KnowsDockerHubByItsNames) {
  EXPECT_EQ(parsed("docker://hello"), "docker.io library/hello latest");
  EXPECT_EQ(parsed("docker://hello:v1"), "docker.io library/hello v1");
  EXPECT_EQ(parsed("docker://me/hello"), "docker.io me/hello latest");
  EXPECT_EQ(parsed("docker://docker.io/hello"), "docker.io library/hello latest");
  EXPECT_EQ(parsed("docker://docker.io/me/a/b:v1"), "docker.io me/a/b v1");
  EXPECT_EQ(parsed("docker://index.docker.io/me/hello"), "docker.io me/hello latest");
  EXPECT_EQ(parsed("docker://registry-1.docker.io/me/hello"), "docker.io me/hello latest");
  EXPECT_EQ(parse_reference("docker://hello").api(), "registry-1.docker.io");
  EXPECT_EQ(parse_reference("docker://localhost/hello").api(), "localhost");
  EXPECT_EQ(parse_reference("docker://docker.io:443/me/hello").api(), "docker.io:443");
}

TEST(RegistryReference, TellsWhetherThereIsAPort) {
  EXPECT_TRUE(parse_reference("docker://localhost:80/a").has_port());
  EXPECT_TRUE(parse_reference("docker://[::1]:80/a").has_port());
  EXPECT_FALSE(parse_reference("docker://localhost/a").has_port());
  EXPECT_FALSE(parse_reference("docker://[::1]/a").has_port());
}

TEST(RegistryReference, RefusesEverythingElse) {
  for (const char* text :
       {"",
        "docker://",
        "docker:///a",
        "image",
        "http://localhost/a",
        "docker://me/",
        "docker://localhost/",
        "docker://localhost/a/",
        "docker://localhost//a",
        "docker://localhost/A",
        "docker://localhost/a..b",
        "docker://localhost/-a",
        "docker://localhost/a_",
        "docker://localhost/a___b",
        "docker://localhost/a:",
        "docker://localhost/a:-x",
        "docker://localhost/a:b:c",
        "docker://localhost/a:b/c",
        "docker://localhost/../a",
        "docker://localhost/a?x=y",
        "docker://localhost/a#b",
        "docker://user@localhost/a",
        "docker://localhost:0/a",
        "docker://localhost:65536/a",
        "docker://localhost:5000x/a",
        "docker://local host/a",
        "docker://[::1/a",
        "docker://[]/a",
        "docker://[zz::1]/a",
        "docker://[::1]5000/a",
        "docker://-x.org/a",
        "docker://localhost/a\r\nX: y",
        "docker://localhost/a@sha256:0000000000000000000000000000000000000000000000000000000000000"
        "000"}) {
    EXPECT_THROW(parse_reference(text), Error) << text;
  }
  EXPECT_THROW(parse_reference("docker://localhost/" + std::string(256, 'a')), Error);
  EXPECT_THROW(parse_reference("docker://localhost/a:" + std::string(129, 'a')), Error);
}

TEST(RegistryReference, KnowsThisMachine) {
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.1.2.3"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.org"));
  EXPECT_FALSE(is_loopback("127.example.org.x"));
  EXPECT_FALSE(is_loopback("localhost.example.org"));
  EXPECT_FALSE(is_loopback("128.0.0.1"));
}

}  // namespace
}  // namespace nacre::registry
