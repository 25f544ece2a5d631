// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/export.hpp"

#include <gmock/gmock.h>

#include "store/nar_tokens.hpp"
#include "store/store_fixture.hpp"

namespace nacre {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string number(std::uint64_t value) {
  std::string text;
  append_nar_number(text, value);
  return text;
}

/// A stream from one store into another; a signature is the hash itself.
class Export : public StoreTest {
 protected:
  Export() : from_(open()), to_(LocalStore::open(StoreLayout::under(scratch("other")))) {}

  static std::string sign(const Hash& hash) { return "signed " + hash.base16(); }
  static void check(const std::string& signature, const Hash& hash) {
    if (signature != sign(hash)) throw Error("corrupt, or of something else");
  }

  std::string dump(const std::vector<StorePath>& paths, bool with_requisites = false) {
    StringSink sink;
    export_paths(*from_, paths, sink, {with_requisites, sign});
    return sink.text;
  }
  std::vector<StorePath> import(const std::string& stream) {
    StringSource source(stream);
    return import_paths(*to_, source, check);
  }
  std::string refusal(const std::string& stream) {
    try {
      import(stream);
    } catch (const Error& error) {
      return error.what();
    }
    ADD_FAILURE() << "was imported";
    return {};
  }

  /// One item, as a foreign program may write it.
  static std::string item(const std::string& path, const std::vector<std::string>& references,
                          const std::string& deriver = "") {
    std::string text = nar_of_text("text") + number(0x4558494e) + nar_tokens({path});
    append_nar_number(text, references.size());
    for (const auto& reference : references) text += nar_tokens({reference});
    text += nar_tokens({deriver});
    std::string signature = sign(hash_bytes(HashAlgorithm::sha256, text));
    return number(1) + text + number(1) + nar_tokens({signature});
  }

  std::shared_ptr<LocalStore> from_;
  std::shared_ptr<LocalStore> to_;
};

constexpr auto some_path = "/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x";

TEST_F(Export, an_item_without_signature_is_refused) {
  StorePath path = from_->add_text("text", "hello");
  StringSink sink;
  export_paths(*from_, {path}, sink, {});
  EXPECT_THAT(refusal(sink.text), HasSubstr("lacks a signature"));
  EXPECT_FALSE(to_->is_valid(path));
}

TEST_F(Export, a_changed_byte_is_noticed_wherever_it_is) {
  StorePath path = from_->add_text("text", "hello");
  const std::string stream = dump({path});
  for (std::size_t i = 0; i + 8 < stream.size(); ++i) {
    std::string changed = stream;
    changed[i] = static_cast<char>(~changed[i]);
    StringSource source(changed);
    EXPECT_THROW(import_paths(*to_, source, check), Error) << "at " << i;
    EXPECT_FALSE(to_->is_valid(path)) << "at " << i;
  }
}

TEST_F(Export, a_stream_cut_short_anywhere_is_refused) {
  StorePath path = from_->add_text("text", "hello");
  const std::string stream = dump({path});
  for (std::size_t size = 0; size < stream.size(); ++size) {
    StringSource source(std::string_view(stream).substr(0, size));
    EXPECT_THROW(import_paths(*to_, source, check), Error) << size << " bytes";
  }
  // The signature came before the end that was missing.
  EXPECT_TRUE(to_->is_valid(path));
}

TEST_F(Export, an_item_whose_references_are_nowhere_is_refused) {
  StorePath first = from_->add_text("first", "1");
  StorePath second = from_->add_text("second", "2", {first});
  EXPECT_THAT(refusal(dump({second})), HasSubstr("not valid"));
}

TEST_F(Export, paths_outside_of_the_store_are_refused) {
  for (const char* path : {"/etc/passwd", "/gnu/store/../../etc/passwd", "",
                           "/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x/y"}) {
    EXPECT_THAT(refusal(item(path, {}) + number(0)), HasSubstr("not a store path")) << path;
    EXPECT_THAT(refusal(item(some_path, {path}) + number(0)), HasSubstr("not a store path"));
    if (*path == '\0') continue;  // no deriver
    EXPECT_THAT(refusal(item(some_path, {}, path) + number(0)), HasSubstr("not a store path"));
  }
}

TEST_F(Export, sizes_that_cannot_be_are_refused_before_memory_is_asked_for) {
  const std::string huge = number(std::uint64_t{1} << 60);
  const std::string head = number(1) + nar_of_text("text") + number(0x4558494e);
  EXPECT_THAT(refusal(head + huge), HasSubstr("a string of 1152921504606846976 bytes"));
  EXPECT_THAT(refusal(head + nar_tokens({some_path}) + huge), HasSubstr("references"));
}

TEST_F(Export, something_that_is_no_stream_is_refused) {
  EXPECT_THAT(refusal("hello, world"), HasSubstr("not a stream of store items"));
  EXPECT_THAT(refusal(number(1) + nar_of_text("text") + number(7)), HasSubstr("unknown"));
}

TEST_F(Export, a_path_that_is_not_valid_is_not_exported) {
  StringSink sink;
  EXPECT_THROW(export_paths(*from_, {StorePath(some_path)}, sink, {}), Error);
}

TEST_F(Export, an_item_that_was_changed_in_the_store_is_not_exported) {
  StorePath path = from_->add_text("text", "hello");
  chmod(from_->physical(path).c_str(), 0644);
  write(from_->physical(path), "other");
  StringSink sink;
  try {
    export_paths(*from_, {path}, sink, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("corrupt"));
  }
}

TEST_F(Export, what_is_exported_can_be_imported) {
  StorePath text = from_->add_text("text", "hello");
  StorePath tree = register_tree(*from_, "tree", "contents", {text});
  EXPECT_THAT(import(dump({tree, text})), ElementsAre(text, tree));
  EXPECT_EQ(read_file(to_->physical(tree) + "/file"), "contents");
  EXPECT_THAT(to_->references(tree), ElementsAre(text));
  EXPECT_EQ(to_->path_info(tree).nar_hash, from_->path_info(tree).nar_hash);
}

TEST_F(Export, items_come_after_their_references_and_otherwise_as_asked_for) {
  StorePath zero = from_->add_text("zero", "0");
  StorePath one = from_->add_text("one", "1", {zero});
  StorePath two = from_->add_text("two", "2", {one});
  StorePath other = from_->add_text("other", "3");
  to_->add_text("zero", "0");
  EXPECT_EQ(dump({two, one}), dump({one, two}));
  EXPECT_THAT(import(dump({other, two, one})), ElementsAre(other, one, two));
  EXPECT_THAT(import(dump({two, other}, true)), ElementsAre(zero, one, two, other));
}

TEST_F(Export, a_deriver_is_kept_only_if_it_is_there) {
  StorePath deriver = from_->add_text("x.drv", "not really");
  StorePath tree = register_tree(*from_, "tree", "contents", {}, deriver);
  import(dump({tree}));
  EXPECT_FALSE(to_->path_info(tree).deriver);
}

TEST_F(Export, reading_stops_at_the_end_of_the_stream) {
  std::string stream = dump({from_->add_text("text", "hello")}) + "rest";
  StringSource source(stream);
  import_paths(*to_, source, check);
  char rest[8];
  EXPECT_EQ(source.read(rest, sizeof rest), 4u);
}

TEST_F(Export, an_item_that_is_there_already_is_read_over) {
  StorePath path = from_->add_text("text", "hello");
  const std::string stream = dump({path});
  import(stream);
  EXPECT_THAT(import(stream), ElementsAre(path));
}

TEST_F(Export, a_long_chain_is_exported_without_recursion) {
  std::vector<Store::Text> texts;
  StorePathSet previous;
  for (int i = 0; i < 5000; ++i) {
    texts.push_back({"link", std::to_string(i), previous});
    Hash hash = hash_bytes(HashAlgorithm::sha256, texts.back().text);
    previous = {make_text_path("link", hash, previous)};
  }
  StorePath last = from_->add_texts(texts).back();
  EXPECT_GT(dump({last}, true).size(), texts.size() * nar_of_text("0").size());
}

}  // namespace
}  // namespace nacre
