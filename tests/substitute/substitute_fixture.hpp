// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "archive/nar.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "builds/web_server.hpp"
#include "silent_reporter.hpp"
#include "store/store_fixture.hpp"
#include "substitute/compressed.hpp"
#include "substitute/keys.hpp"
#include "substitute/narinfo.hpp"
#include "substitute/substitute.hpp"

namespace nacre {

/// Keeps what the user is told.
class ToldReporter : public SilentReporter {
 public:
  void warning(std::string_view line) override { warnings.append(line).append("\n"); }

  std::string warnings;
};

/// The files of a server of substitutes, as text, by name.
using ServerFiles = std::map<std::string, std::string>;

/// A store, and items that a server may have for it.
class SubstituteTest : public StoreTest {
 protected:
  SubstituteTest() : store_(open()), key_(make_signing_key()) {
    authorize_key(layout_.configuration, key_.public_key);
  }

  /// An item: a file that holds `text`.
  struct Item {
    explicit Item(Narinfo info) : info(std::move(info)) {}
    Narinfo info;
    std::string nar;
  };
  Item item(const std::string& name, const std::string& text,
            const StorePathSet& references = {}) const {
    Item result(Narinfo(
        make_store_path("output:out", hash_bytes(HashAlgorithm::sha256, name + text), name)));
    write(scratch("file"), text);
    StringSink sink;
    dump_nar(scratch("file"), sink);
    result.nar = sink.text;
    result.info.nar_hash = hash_bytes(HashAlgorithm::sha256, sink.text);
    result.info.nar_size = sink.text.size();
    result.info.references = references;
    result.info.archives = {{"nar/" + name, "none", sink.text.size()}};
    return result;
  }

  static std::string narinfo_name(const StorePath& path) {
    return std::string(path.hash_part()) + ".narinfo";
  }
  static void put(ServerFiles& files, const Item& item, const SigningKey* key) {
    files["nix-cache-info"] = "StoreDir: /gnu/store\nWantMassQuery: 0\n";
    files[narinfo_name(item.info.path)] = write_narinfo(item.info, key);
    files[item.info.archives.front().url] = item.nar;
  }

  static WebServer::Answers answers(const ServerFiles& files) {
    WebServer::Answers result;
    for (const auto& [name, text] : files) result["/" + name] = WebServer::file(text);
    return result;
  }
  /// The address of a directory with these files.
  std::string directory(const ServerFiles& files, const std::string& name = "server") const {
    for (const auto& [file, text] : files) write(scratch(name) + "/" + file, text);
    return "file://" + scratch(name);
  }

  std::shared_ptr<const Substitute> find(const StorePath& path,
                                         const std::vector<std::string>& urls) {
    auto found = find_server_substitutes(*store_, {path}, urls, reporter_);
    return found.empty() ? nullptr : found.begin()->second;
  }
  /// Why the item could not be had from there; it must not be registered.
  std::string failure(const Item& item, const std::vector<std::string>& urls) {
    auto substitute = find(item.info.path, urls);
    EXPECT_TRUE(substitute);
    if (!substitute) return {};
    try {
      substitute->fetch(*store_, reporter_, Existing::keep);
    } catch (const Error& error) {
      EXPECT_FALSE(store_->is_valid(item.info.path));
      EXPECT_FALSE(path_exists(store_->physical(item.info.path)));
      return error.what();
    }
    ADD_FAILURE() << "was fetched";
    return {};
  }
  void fetch(const Item& item, const std::vector<std::string>& urls) {
    auto substitute = find(item.info.path, urls);
    ASSERT_TRUE(substitute);
    substitute->fetch(*store_, reporter_, Existing::keep);
    EXPECT_TRUE(store_->is_valid(item.info.path));
  }

  std::shared_ptr<LocalStore> store_;
  SigningKey key_;
  ToldReporter reporter_;
};

}  // namespace nacre
