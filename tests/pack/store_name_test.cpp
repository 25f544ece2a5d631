// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>

#include "base/files.hpp"

// It is a part of what packs carry, and of no library here.
extern "C" {
#include "../../scheme/engine/nacre/pack/runtime/store_name.c"
}

namespace nacre {
namespace {

namespace fs = std::filesystem;
using testing::Eq;

class StoreName : public testing::Test {
 protected:
  TemporaryDirectory directory{"nacre-test-"};
  std::string top = fs::canonical(directory.path());
  std::string store = top + "/store";

  void SetUp() override {
    fs::create_directories(store + "/item/bin");
    fs::create_symlink("/gnu/store/item", store + "/profile");
    fs::create_symlink("../item/./bin/", store + "/item/relative");
    fs::create_symlink("store/profile", top + "/link");
    fs::create_symlink("loop", top + "/loop");
  }

  std::string moved(const std::string& name) const {
    char text[PATH_MAX];
    return move_name(store.c_str(), name.c_str(), text) < 0 ? strerror(errno) : text;
  }

  /// What the name is without links, after "store: " if one led there.
  std::string followed(const std::string& name, bool last = true) const {
    char text[PATH_MAX];
    int found = follow_links(store.c_str(), AT_FDCWD, name.c_str(), last, text);
    if (found < 0) return strerror(errno);
    return (found ? "store: " : "") + std::string(text);
  }
};

TEST_F(StoreName, IsMovedIfItIsThere) {
  EXPECT_THAT(moved("/gnu/store"), Eq(store));
  EXPECT_THAT(moved("/gnu/store/"), Eq(store + "/"));
  EXPECT_THAT(moved("//gnu//store/a b:c"), Eq(store + "/a b:c"));
}

TEST_F(StoreName, StaysElsewhere) {
  for (const char* name : {"", "/", "/gnu", "/gnu/stores", "/gnu/store.d/x", "gnu/store", "x"})
    EXPECT_THAT(moved(name), Eq(name));
}

TEST_F(StoreName, HasTheLengthThatTheSystemAllows) {
  std::string longest = "/gnu/store/" + std::string(PATH_MAX - 2 - store.size(), 'x');
  EXPECT_THAT(moved(longest).size(), Eq(std::size_t{PATH_MAX} - 1));
  EXPECT_THAT(moved(longest + "x"), Eq(strerror(ENAMETOOLONG)));
  EXPECT_THAT(followed(longest + "x"), Eq(strerror(ENAMETOOLONG)));
}

TEST_F(StoreName, GoesBack) {
  char text[PATH_MAX];
  for (const char* rest : {"", "/", "/item/bin"}) {
    strcpy(text, (store + rest).c_str());
    move_back(store.c_str(), text);
    EXPECT_THAT(std::string(text), Eq(std::string("/gnu/store") + rest));
  }
  strcpy(text, (store + "s/item").c_str());
  move_back(store.c_str(), text);
  EXPECT_THAT(std::string(text), Eq(store + "s/item"));
  // One that would not fit.
  std::string longest = "/s/" + std::string(PATH_MAX - 4, 'x');
  strcpy(text, longest.c_str());
  move_back("/s", text);
  EXPECT_THAT(std::string(text), Eq(longest));
}

TEST_F(StoreName, LinksLeadToTheStore) {
  EXPECT_THAT(followed("/gnu/store/profile/bin"), Eq("store: " + store + "/item/bin"));
  EXPECT_THAT(followed(top + "/link/bin/none"), Eq("store: " + store + "/item/bin/none"));
  EXPECT_THAT(followed("/gnu/store/item/relative/x"), Eq(store + "/item/bin/x"));
  EXPECT_THAT(followed(top + "/loop"), Eq(strerror(ELOOP)));
}

TEST_F(StoreName, TheLastLinkMayStay) {
  EXPECT_THAT(followed(top + "/link", false), Eq(top + "/link"));
  EXPECT_THAT(followed(top + "/link/", false), Eq("store: " + store + "/item/"));
  EXPECT_THAT(followed(top + "/link/bin", false), Eq("store: " + store + "/item/bin"));
}

TEST_F(StoreName, DotsAreTakenOut) {
  EXPECT_THAT(followed("/gnu/store/profile/../item/./bin"), Eq("store: " + store + "/item/bin"));
  EXPECT_THAT(followed("/gnu/store/../link"), Eq("store: " + store + "/item"));
  EXPECT_THAT(followed("/../x/.."), Eq("/"));
  EXPECT_THAT(followed("../../x/./y/../z"), Eq("../../x/z"));
  for (const char* name : {"", ".", "..", "x/..", "../.."}) EXPECT_THAT(followed(name), Eq(name));
}

}  // namespace
}  // namespace nacre
