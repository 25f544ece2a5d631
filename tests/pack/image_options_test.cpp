// SPDX-License-Identifier: GPL-3.0-or-later
#include "pack/image/image_options.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"

namespace nacre {
namespace {

using ::testing::HasSubstr;

template <typename Parse>
std::string refusal(Parse parse, const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ImageOptions, APortHasAProtocol) {
  EXPECT_EQ(parse_exposed_port("80"), "80/tcp");
  EXPECT_EQ(parse_exposed_port("053/udp"), "53/udp");
  EXPECT_EQ(parse_exposed_port("65535/sctp"), "65535/sctp");
  for (const std::string text : {"", "0", "65536", "http", "-1", "80 ", "/tcp"})
    EXPECT_THAT(refusal(parse_exposed_port, text), HasSubstr("a number from 1 to 65535")) << text;
  for (const std::string text : {"80/", "80/TCP", "80/tcp/udp"})
    EXPECT_THAT(refusal(parse_exposed_port, text), HasSubstr("none of the protocols")) << text;
}

TEST(ImageOptions, AVolumeIsADirectoryThatDoesNotHideTheStore) {
  EXPECT_EQ(parse_volume("/data"), "/data");
  EXPECT_EQ(parse_volume("//var//lib/"), "/var/lib");
  EXPECT_EQ(parse_volume("/gnu/storage"), "/gnu/storage");
  for (const std::string text : {"/", "/gnu", "/gnu/store", "/gnu/store/x"})
    EXPECT_THAT(refusal(parse_volume, text), HasSubstr("would hide the store")) << text;
  for (const std::string text : {"", "data", "a/b"})
    EXPECT_THAT(refusal(parse_volume, text), HasSubstr("not an absolute file name")) << text;
  for (const std::string text : {"/a/../gnu", "/.", "/a/.."})
    EXPECT_THAT(refusal(parse_volume, text), HasSubstr("it has a part '.")) << text;
}

TEST(ImageOptions, AWorkingDirectoryMayBeAnywhere) {
  EXPECT_EQ(parse_working_directory("/"), "/");
  EXPECT_EQ(parse_working_directory("/gnu/store/"), "/gnu/store");
  EXPECT_THAT(refusal(parse_working_directory, "tmp"), HasSubstr("bad working directory 'tmp'"));
}

TEST(ImageOptions, AUserMayHaveAGroup) {
  for (const std::string text : {"1000", "1000:100", "nobody", "www-data:www-data", "_x:0"})
    EXPECT_EQ(parse_image_user(text), text);
  for (const std::string text : {"", ":", "a:", ":b", "a:b:c", "a b", "-x", "a\nb"})
    EXPECT_THAT(refusal(parse_image_user, text), HasSubstr("USER or USER:GROUP")) << text;
}

TEST(ImageOptions, ADateIsAnArgument) {
  EXPECT_EQ(parse_created("epoch"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(parse_created("2024-02-29"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(parse_created("2026-12-31T23:59:59Z"), "2026-12-31T23:59:59Z");
  for (const std::string text : {"", "now", "2023-02-29", "2026-13-01", "2026-01-31T24:00:00Z",
                                 "1969-12-31", "2026-01-31T12:00:00+01:00", "2026-1-1"})
    EXPECT_THAT(refusal(parse_created, text), HasSubstr("is not a date")) << text;
}

TEST(ImageOptions, ASignalHasANameOrANumber) {
  for (const std::string text : {"SIGINT", "SIGRTMIN+3", "SIGRTMAX-14", "9", "64"})
    EXPECT_EQ(parse_stop_signal(text), text);
  for (const std::string text : {"", "INT", "sigint", "0", "65", "SIGRTMIN+16", "SIGINT "})
    EXPECT_THAT(refusal(parse_stop_signal, text), HasSubstr("is not a signal")) << text;
}

TEST(ImageOptions, ADurationIsInNanoseconds) {
  EXPECT_EQ(parse_duration("time", "30s"), 30'000'000'000);
  EXPECT_EQ(parse_duration("time", "1m30s"), 90'000'000'000);
  EXPECT_EQ(parse_duration("time", "250ms"), 250'000'000);
  EXPECT_EQ(parse_duration("time", "2h"), 7'200'000'000'000);
  auto parse = [](const std::string& text) { return std::to_string(parse_duration("time", text)); };
  for (const std::string text : {"", "30", "s", "-1s", "1.5s", "0s", "1s ", "9999h1d", "9999999h"})
    EXPECT_THAT(refusal(parse, text), HasSubstr("bad time '" + text + "'")) << text;
}

TEST(ImageOptions, AnAssignmentHasANameAndAValue) {
  const Assignment label = parse_assignment("label", "a.b/c=x=y");
  EXPECT_EQ(label.name, "a.b/c");
  EXPECT_EQ(label.value, "x=y");
  EXPECT_EQ(parse_assignment("label", "a=").value, "");
  auto parse = [](const std::string& text) { return parse_assignment("label", text); };
  for (const std::string text : {"", "a", "=x"})
    EXPECT_THAT(refusal(parse, text), HasSubstr("bad label '" + text + "'")) << text;
}

}  // namespace
}  // namespace nacre
