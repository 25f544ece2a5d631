// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/nar_tokens.hpp"
#include "store_fixture.hpp"
#include "vectors.hpp"

namespace nacre {
namespace {

using AddTest = StoreTest;

std::int64_t mtime(const std::string& path) {
  return lstat_file(path).st_mtim.tv_sec;
}
mode_t mode(const std::string& path) {
  return lstat_file(path).st_mode & 07777;
}

TEST_F(AddTest, ATextGetsGuixsNameAndIsValidAndCanonical) {
  auto store = open();
  StorePath path = store->add_text("hello.txt", "Hello, world!\n");
  EXPECT_EQ(path.text(), "/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_TRUE(store->is_valid(path));
  std::string file = store->physical(path);
  EXPECT_EQ(read_file(file), "Hello, world!\n");
  EXPECT_EQ(mode(file), 0444u);
  EXPECT_EQ(mtime(file), 1);
  PathInfo info = store->path_info(path);
  NarHash nar = hash_nar(file);
  EXPECT_EQ(info.nar_hash, nar.hash);
  EXPECT_EQ(info.nar_size, nar.size);
}

TEST_F(AddTest, ATextsReferencesAreRegistered) {
  auto store = open();
  StorePath a = store->add_text("a", "x");
  StorePath b = store->add_text("b", "y", {a});
  EXPECT_EQ(store->references(b), StorePathSet{a});
  EXPECT_EQ(store->referrers(a), StorePathSet{b});
}

TEST_F(AddTest, ATextThatRefersToAnInvalidPathIsRefusedAndLeavesNothing) {
  auto store = open();
  StorePath ghost("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_THROW(store->add_text("b", "y", {ghost}), Error);
  EXPECT_TRUE(store->all_valid_paths().empty());
  for (const std::string& name : list_directory(layout_.store)) EXPECT_TRUE(name.starts_with("."));
}

TEST_F(AddTest, TheTreeOfTheVectorsGetsGuixsName) {
  std::string tree = scratch("tree");
  write(tree + "/a", "alpha");
  write(tree + "/B", "upper sorts first");
  write(tree + "/é", "utf-8");
  make_directories(tree + "/sub/empty");
  write(tree + "/sub/empty-file", "");
  create_symlink("../a", tree + "/sub/link");
  write(tree + "/sub/script.sh", "#!/bin/sh\necho hi\n", 0755);
  auto store = open();
  StorePath path = store->add_path("tree", tree);
  EXPECT_EQ(path.text(), read_vector_value("nar.tsv", "store path when added"));
  StringSink nar;
  dump_nar(store->physical(path), nar);
  EXPECT_EQ(nar.text, read_file(vector_file("tree.nar")));
  EXPECT_EQ(store->path_info(path).nar_hash.nix_base32(),
            read_vector_value("nar.tsv", "sha256, nix-base32"));
  EXPECT_EQ(store->add_path("a", tree + "/a", false).text(),
            read_vector_value("nar.tsv", "store path of file a"));
  EXPECT_EQ(mode(store->physical(path)), 0555u);
  EXPECT_EQ(mode(store->physical(path) + "/sub/script.sh"), 0555u);
  EXPECT_EQ(mtime(store->physical(path)), 1);
  EXPECT_EQ(mtime(store->physical(path) + "/sub/link"), 1);
}

TEST_F(AddTest, SeveralTextsMayReferToEachOtherAndRepeat) {
  auto store = open();
  StorePath a = make_text_path("a", hash_bytes(HashAlgorithm::sha256, "1"), {});
  StorePath b = make_text_path("b", hash_bytes(HashAlgorithm::sha256, "2"), {a});
  std::vector<StorePath> added =
      store->add_texts({{"b", "2", {a}}, {"a", "1", {}}, {"a", "1", {}}});
  EXPECT_EQ(added, (std::vector<StorePath>{b, a, a}));
  EXPECT_EQ(store->references(b), StorePathSet{a});
}

TEST_F(AddTest, OneBadTextMeansThatNoneIsAdded) {
  auto store = open();
  StorePath ghost("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  EXPECT_THROW(store->add_texts({{"a", "1", {}}, {"b", "2", {ghost}}}), Error);
  EXPECT_THROW(store->add_texts({{"a", "1", {}}, {"b/c", "2", {}}}), Error);
  EXPECT_TRUE(store->all_valid_paths().empty());
}

TEST_F(AddTest, WhatIsThereIsNotWrittenAgain) {
  auto store = open();
  write(scratch("file"), "x");
  StorePath text = store->add_text("a", "x");
  StorePath file = store->add_path("file", scratch("file"));
  auto before = [&](const StorePath& path) { return lstat_file(store->physical(path)).st_ino; };
  ino_t text_inode = before(text), file_inode = before(file);
  EXPECT_EQ(store->add_text("a", "x"), text);
  EXPECT_EQ(store->add_path("file", scratch("file")), file);
  EXPECT_EQ(before(text), text_inode);
  EXPECT_EQ(before(file), file_inode);
}

TEST_F(AddTest, WhatAKilledProcessLeftIsReplaced) {
  auto store = open();
  StorePath text = make_text_path("a", hash_bytes(HashAlgorithm::sha256, "x"), {});
  write(store->physical(text) + "/half", "made");
  EXPECT_EQ(store->add_text("a", "x"), text);
  EXPECT_EQ(read_file(store->physical(text)), "x");
  write(scratch("tree") + "/file", "x");
  StorePath tree = make_fixed_output_path(true, hash_nar(scratch("tree")).hash, "tree");
  write(store->physical(tree) + "/half", "made");
  chmod(store->physical(tree).c_str(), 0555);
  EXPECT_EQ(store->add_path("tree", scratch("tree")), tree);
  EXPECT_EQ(list_directory(store->physical(tree)), std::vector<std::string>{"file"});
}

TEST_F(AddTest, AFilterLeavesFilesOutAndIsAskedOnceAboutEach) {
  std::string tree = scratch("tree");
  for (const char* name : {"/a.scm", "/a.go", "/.git/config", "/sub/b.scm", "/sub/b.go"})
    write(tree + name, name);
  auto store = open();
  std::map<std::string, int> asked;
  StorePath path =
      store->add_path("tree", tree, true, HashAlgorithm::sha256, [&](const std::string& file) {
        ++asked[file.substr(tree.size())];
        return !file.ends_with(".go") && !file.ends_with("/.git");
      });
  std::string added = store->physical(path);
  EXPECT_EQ(list_directory(added), (std::vector<std::string>{"a.scm", "sub"}));
  EXPECT_EQ(list_directory(added + "/sub"), std::vector<std::string>{"b.scm"});
  EXPECT_EQ(asked, (std::map<std::string, int>{{"/a.scm", 1},
                                               {"/a.go", 1},
                                               {"/.git", 1},
                                               {"/sub", 1},
                                               {"/sub/b.scm", 1},
                                               {"/sub/b.go", 1}}));
}

TEST_F(AddTest, TheSourcesModesOtherThanExecutableDoNotMatter) {
  auto store = open();
  write(scratch("a"), "x", 0600);
  write(scratch("b"), "x", 0664);
  write(scratch("c"), "x", 0755);
  StorePath plain = store->add_path("x", scratch("a"));
  EXPECT_EQ(store->add_path("x", scratch("b")), plain);
  EXPECT_NE(store->add_path("x", scratch("c")), plain);
  EXPECT_EQ(store->add_path("x", scratch("c"), false), store->add_path("x", scratch("a"), false));
  EXPECT_EQ(mode(store->physical(store->add_path("x", scratch("c"), false))), 0444u);
}

TEST_F(AddTest, ALinkIsAddedAsALinkRecursivelyAndItsTargetFlat) {
  auto store = open();
  write(scratch("target"), "x");
  create_symlink("target", scratch("link"));
  EXPECT_EQ(read_link(store->physical(store->add_path("x", scratch("link")))), "target");
  EXPECT_EQ(read_file(store->physical(store->add_path("x", scratch("link"), false))), "x");
}

TEST_F(AddTest, OtherHashesGiveOtherNamesForTheSameContents) {
  auto store = open();
  write(scratch("file"), "x");
  StorePathSet paths;
  for (HashAlgorithm algorithm :
       {HashAlgorithm::sha256, HashAlgorithm::sha512, HashAlgorithm::sha1, HashAlgorithm::md5})
    for (bool recursive : {true, false}) {
      StorePath path = store->add_path("file", scratch("file"), recursive, algorithm);
      EXPECT_EQ(read_file(store->physical(path)), "x");
      EXPECT_EQ(store->path_info(path).nar_hash, hash_nar(store->physical(path)).hash);
      paths.insert(path);
    }
  EXPECT_EQ(paths.size(), 8u);
}

TEST_F(AddTest, WhatCannotBeAddedIsAnErrorAndLeavesNothing) {
  auto store = open();
  make_directories(scratch("directory"));
  mkfifo((scratch("directory") + "/fifo").c_str(), 0600);
  EXPECT_THROW(store->add_path("x", scratch("directory"), false), Error);
  EXPECT_THROW(store->add_path("x", scratch("directory"), true), Error);
  EXPECT_THROW(store->add_path("x", scratch("absent")), Error);
  EXPECT_THROW(store->add_path(".x", scratch("directory")), Error);
  store.reset();
  EXPECT_EQ(list_directory(layout_.store), std::vector<std::string>{".links"});
}

class AddNarTest : public StoreTest {
 protected:
  AddNarTest() : store_(open()), info_(make_info()) {}

  PathInfo make_info() {
    std::string tree = scratch("tree");
    write(tree + "/file", std::string(20'000, 'x'));
    write(tree + "/program", "x", 0755);
    StringSink sink;
    dump_nar(tree, sink);
    nar_ = sink.text;
    PathInfo info(make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, "y"), "tree"));
    info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar_);
    info.nar_size = nar_.size();
    return info;
  }
  void expect_refusal(const std::string& nar) {
    StringSource source(nar);
    EXPECT_THROW(store_->add_nar(info_, source), Error);
    EXPECT_FALSE(store_->is_valid(info_.path));
    EXPECT_FALSE(path_exists(store_->physical(info_.path)));
    EXPECT_FALSE(path_exists(store_->physical(info_.path) + ".lock"));
  }

  std::shared_ptr<LocalStore> store_;
  std::string nar_;
  PathInfo info_;
};

TEST_F(AddNarTest, AnArchiveIsUnpackedCanonicalAndRegistered) {
  info_.references = {info_.path};
  std::string text = nar_ + "rest";
  StringSource source(text);
  store_->add_nar(info_, source);
  std::string tree = store_->physical(info_.path);
  EXPECT_EQ(hash_nar(tree).hash, info_.nar_hash);
  EXPECT_EQ(mode(tree + "/program"), 0555u);
  EXPECT_EQ(mtime(tree), 1);
  EXPECT_EQ(lstat_file(tree + "/file").st_nlink, 2u);
  EXPECT_EQ(store_->references(info_.path), StorePathSet{info_.path});
  char rest[4];
  source.read_exactly(rest, 4);
  EXPECT_EQ(std::string(rest, 4), "rest");
}

TEST_F(AddNarTest, AValidPathIsLeftAloneButTheArchiveIsRead) {
  std::string twice = nar_ + nar_;
  StringSource source(twice);
  store_->add_nar(info_, source);
  ino_t inode = lstat_file(store_->physical(info_.path)).st_ino;
  store_->add_nar(info_, source);
  EXPECT_EQ(lstat_file(store_->physical(info_.path)).st_ino, inode);
  char byte;
  EXPECT_EQ(source.read(&byte, 1), 0u);
}

TEST_F(AddNarTest, WrongContentsAreRefused) {
  std::string wrong = nar_;
  wrong[wrong.find("xxxx")] = 'y';
  expect_refusal(wrong);
}

TEST_F(AddNarTest, ATruncatedArchiveIsRefused) {
  expect_refusal(nar_.substr(0, nar_.size() / 2));
}

TEST_F(AddNarTest, AWrongSizeIsRefused) {
  info_.nar_size += 8;
  expect_refusal(nar_);
}

TEST_F(AddNarTest, AReferenceThatIsNotValidIsRefused) {
  info_.references.emplace("/gnu/store/lnqjid21cvqw4c4kh7xnj2ikp2d0qfnb-hello.txt");
  expect_refusal(nar_);
}

/// One that has an output wherever it is.
class ClaimOutput : public DerivationCheck {
 public:
  std::map<std::string, StorePath> check(const StorePath& path, std::string_view text,
                                         const StorePathSet& references) override {
    checked.emplace_back(path, text, references);
    if (text == "bad") throw Error("'{}' is bad", path.text());
    return {{"out", out}};
  }
  static inline std::vector<std::tuple<StorePath, std::string, StorePathSet>> checked;
  static inline const StorePath out{"/gnu/store/p15x6kai8v4jav6hmhznrpp0ax9p0fg6-plain"};
};

class DerivationIntakeTest : public AddTest {
 protected:
  static void SetUpTestSuite() {
    register_derivation_check([](Store&) { return std::make_unique<ClaimOutput>(); });
  }
  DerivationIntakeTest() { ClaimOutput::checked.clear(); }

  /// Adds "bad" by `add`, which is refused, and leaves nothing.
  template <typename Add>
  void expect_refusal(Add add) {
    auto store = open();
    EXPECT_THROW(add(*store), Error);
    EXPECT_TRUE(store->all_valid_paths().empty());
    store->tidy();
    for (const std::string& name : list_directory(layout_.store))
      EXPECT_TRUE(name.starts_with(".") || name.ends_with(".drv")) << name;
  }
};

TEST_F(DerivationIntakeTest, TheOutputsOfADerivationAreThoseThatTheCheckTells) {
  auto store = open();
  StorePath a = store->add_text("a", "a");
  StorePath drv = store->add_text("plain.drv", "good", {a});
  EXPECT_EQ(ClaimOutput::checked, (decltype(ClaimOutput::checked){{drv, "good", {a}}}));
  EXPECT_EQ(store->derivation_outputs(drv).at("out"), ClaimOutput::out);
  EXPECT_EQ(store->derivers(ClaimOutput::out), StorePathSet{drv});
}

TEST_F(DerivationIntakeTest, WhatThisProcessComputedIsNotCheckedAgain) {
  auto store = open();
  StorePath drv = store->add_texts({{"x.drv", "bad", {}, {{"out", ClaimOutput::out}}}}).front();
  EXPECT_TRUE(ClaimOutput::checked.empty());
  EXPECT_EQ(store->derivers(ClaimOutput::out), StorePathSet{drv});
}

TEST_F(DerivationIntakeTest, ABadTextIsRefused) {
  expect_refusal([](LocalStore& store) { store.add_text("x.drv", "bad"); });
}

TEST_F(DerivationIntakeTest, ABadFileIsRefused) {
  write(scratch("x.drv"), "bad");
  expect_refusal([&](LocalStore& store) { store.add_path("x.drv", scratch("x.drv")); });
  expect_refusal([&](LocalStore& store) { store.add_path("x.drv", scratch("x.drv"), false); });
}

TEST_F(DerivationIntakeTest, ABadArchiveIsRefused) {
  std::string nar = nar_of_text("bad");
  PathInfo info(text_path("x.drv", "bad"));
  info.nar_hash = hash_bytes(HashAlgorithm::sha256, nar);
  info.nar_size = nar.size();
  expect_refusal([&](LocalStore& store) {
    StringSource source(nar);
    store.add_nar(info, source);
  });
}

TEST_F(DerivationIntakeTest, ABadOutputIsRefused) {
  expect_refusal([&](LocalStore& store) {
    PathInfo info(text_path("x.drv", "bad"));
    write(store.physical(info.path), "bad", 0444);
    store.register_paths({info});
  });
}

TEST_F(DerivationIntakeTest, ADirectoryIsNoDerivation) {
  write(scratch("d/x"), "good");
  expect_refusal([&](LocalStore& store) { store.add_path("x.drv", scratch("d")); });
}

TEST_F(AddTest, WhatHasLostItsFilesIsMadeAgain) {
  auto store = open();
  write(scratch("file"), "contents");
  StorePath text = store->add_text("text", "text");
  StorePath path = store->add_path("file", scratch("file"));
  for (const StorePath& lost : {text, path}) {
    EXPECT_TRUE(store->is_present(lost));
    remove_tree(store->physical(lost));
    EXPECT_FALSE(store->is_present(lost));
  }
  store->add_text("text", "text");
  store->add_path("file", scratch("file"));
  EXPECT_EQ(store->are_present({text, path}), (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace nacre
