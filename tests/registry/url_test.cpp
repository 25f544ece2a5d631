// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/url.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre::registry {
namespace {

TEST(RegistryUrl, ResolvesWhatRegistriesAnswer) {
  const Url base("https://host.org:5000/v2/a/blobs/uploads/");
  EXPECT_EQ(base.resolve("/v2/a/blobs/uploads/1?state=x").text(),
            "https://host.org:5000/v2/a/blobs/uploads/1?state=x");
  EXPECT_EQ(base.resolve("https://other.org/x").text(), "https://other.org/x");
  Url location = base.resolve("1?state=x%2Fy");
  location.add_query("digest", "sha256:ab");
  EXPECT_EQ(location.text(),
            "https://host.org:5000/v2/a/blobs/uploads/1?state=x%2Fy&digest=sha256%3aab");
}

TEST(RegistryUrl, TellsOriginsApart) {
  EXPECT_EQ(Url("https://Host.org/a").origin(), Url("https://host.org:443/b").origin());
  EXPECT_NE(Url("https://host.org/").origin(), Url("http://host.org/").origin());
  EXPECT_NE(Url("https://host.org/").origin(), Url("https://host.org:444/").origin());
  EXPECT_NE(Url("https://host.org/").origin(), Url("https://host.org.evil/").origin());
  EXPECT_EQ(Url("http://[::1]:5000/").origin().host, "::1");
}

TEST(RegistryUrl, NeverLeavesTls) {
  const Url base("https://host.org/v2/");
  EXPECT_EQ(follow(base, "https://other.org/x").text(), "https://other.org/x");
  EXPECT_THROW(follow(base, "http://host.org/x"), Error);
  EXPECT_EQ(follow(Url("http://localhost/"), "/x").text(), "http://localhost/x");
}

TEST(RegistryUrl, RefusesEverythingElse) {
  for (const char* text : {"", "/relative", "file:///etc/passwd", "ftp://host/", "gopher://host/",
                           "https://", "https://user@host.org/", "https://user:pw@host.org/",
                           "https://ho st/", "https://host\r\n/"})
    EXPECT_THROW(Url{text}, Error) << text;
  const Url base("https://host.org/v2/");
  EXPECT_THROW(base.resolve("file:///etc/passwd"), Error);
  EXPECT_THROW(base.resolve("https://user:pw@host.org/"), Error);
  EXPECT_FALSE(Url::parse("ftp://host/"));
}

}  // namespace
}  // namespace nacre::registry
