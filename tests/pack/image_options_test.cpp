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
