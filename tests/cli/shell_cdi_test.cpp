// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "cli/shell/cdi.hpp"

namespace nacre::cli {
namespace {

constexpr std::string_view camera = R"({
  "cdiVersion": "0.6.0", "kind": "example.org/camera",
  "containerEdits": {"env": ["CAMERA=all=of them"]},
  "devices": [
    {"name": "front", "containerEdits": {
      "deviceNodes": [{"path": "/dev/front"}, {"path": "/dev/other", "hostPath": "/dev/zero"}],
      "mounts": [{"hostPath": "/opt/a", "containerPath": "/usr/a", "options": ["ro", "bind"]},
                 {"hostPath": "/opt/b", "containerPath": "/usr/b"}],
      "hooks": [{"hookName": "createContainer", "path": "/bin/true"}]}},
    {"name": "rear"}]})";

class Cdi : public testing::Test {
 protected:
  std::string directory(const std::string& name) {
    make_directories(directory_.path() + "/" + name);
    return directory_.path() + "/" + name;
  }
  void write(const std::string& file, std::string_view text) { write_file_atomically(file, text); }

 private:
  TemporaryDirectory directory_{"nacre-cdi-test-"};
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what() + std::string("\n") + error.hint().value_or("");
  }
  return "";
}

TEST_F(Cdi, ADeviceHasItsNodesFilesAndVariables) {
  bool found = false;
  const DeviceEdits edits = read_device(camera, "example.org/camera", "front", found);
  EXPECT_TRUE(found);
  const DeviceEdits expected{{{"CAMERA", "all=of them"}},
                             {{"/dev/front", "/dev/front", true, false},
                              {"/dev/zero", "/dev/other", true, false},
                              {"/opt/a", "/usr/a", false, false},
                              {"/opt/b", "/usr/b", true, false}},
                             {"hooks"}};
  EXPECT_EQ(edits, expected);
}

TEST_F(Cdi, AnotherKindOrNameIsNotFound) {
  bool found = true;
  read_device(camera, "example.org/microphone", "front", found);
  EXPECT_FALSE(found);
  read_device(camera, "example.org/camera", "top", found);
  EXPECT_FALSE(found);
}

TEST_F(Cdi, AMalformedDescriptionIsAnErrorThatNamesThePart) {
  const auto read = [](const std::string& edits) {
    bool found = false;
    read_device(R"({"kind": "a/b", "devices": [{"name": "c", "containerEdits": )" + edits + "}]}",
                "a/b", "c", found);
  };
  EXPECT_THAT(error_of([&] { read(R"({"env": ["=x"]})"); }), testing::HasSubstr("variable"));
  EXPECT_THAT(error_of([&] { read(R"({"env": "X=1"})"); }), testing::HasSubstr("'env'"));
  EXPECT_THAT(error_of([&] { read(R"({"deviceNodes": [{"path": "dev/x"}]})"); }),
              testing::HasSubstr("'path'"));
  EXPECT_THAT(error_of([&] {
                read(R"({"mounts": [{"hostPath": "/a", "containerPath": "/usr/../../etc"}]})");
              }),
              testing::HasSubstr("'containerPath'"));
  EXPECT_THAT(error_of([&] {
                read(R"({"mounts": [{"hostPath": "/a", "containerPath": "/b", "type": "tmpfs"}]})");
              }),
              testing::HasSubstr("tmpfs"));
  EXPECT_THAT(error_of([&] { read("7"); }), testing::HasSubstr("containerEdits"));
}

TEST_F(Cdi, ALaterDirectoryHasPriority) {
  const std::string first = directory("first"), second = directory("second");
  write(first + "/a.json", camera);
  write(second + "/a.json", R"({"kind": "example.org/camera", "devices": [{"name": "front"}]})");
  EXPECT_EQ(find_device("example.org/camera=front", {first, second}), DeviceEdits{});
  EXPECT_EQ(find_device("example.org/camera=front", {second, first}).mappings.size(), 4U);
}

TEST_F(Cdi, TwoFilesOfOneDirectoryMustNotDescribeOneDevice) {
  const std::string first = directory("first");
  write(first + "/a.json", camera);
  write(first + "/b.json", camera);
  EXPECT_THAT(error_of([&] { find_device("example.org/camera=rear", {first}); }),
              testing::HasSubstr("b.json"));
}

TEST_F(Cdi, AnUnknownDeviceIsAnErrorWithTheNearestName) {
  const std::string first = directory("first");
  write(first + "/a.json", camera);
  EXPECT_THAT(error_of([&] { find_device("example.org/camera=fromt", {first}); }),
              testing::HasSubstr("did you mean 'example.org/camera=front'?"));
  EXPECT_THAT(error_of([&] { find_device("camera", {first}); }),
              testing::HasSubstr("VENDOR/CLASS=NAME"));
  const std::string other = directory("other");
  write(other + "/gpu.yaml", "");
  EXPECT_THAT(error_of([&] { find_device("a/b=c", {other}); }), testing::HasSubstr("only JSON"));
}

}  // namespace
}  // namespace nacre::cli
