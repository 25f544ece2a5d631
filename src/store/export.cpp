// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/export.hpp"

#include "archive/nar.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "store/export_format.hpp"
#include "store/nar_tokens.hpp"

namespace nacre {
namespace {

/// Depth first, so that references come first. Without recursion: chains may be long.
class ExportOrder {
 public:
  ExportOrder(const Store& store, bool with_requisites)
      : store_(store), with_requisites_(with_requisites) {}

  std::vector<StorePath> of(const std::vector<StorePath>& paths) {
    wanted_.insert(paths.begin(), paths.end());
    for (const auto& path : paths) visit(path);
    return std::move(order_);
  }

 private:
  struct Open {
    StorePath path;
    StorePathSet references;
    StorePathSet::const_iterator next;
  };

  void visit(const StorePath& start) {
    open(start);
    while (!stack_.empty()) {
      Open& top = *stack_.back();
      if (top.next != top.references.end()) {
        open(*top.next++);
        continue;
      }
      if (with_requisites_ || wanted_.contains(top.path)) order_.push_back(top.path);
      stack_.pop_back();
    }
  }

  void open(const StorePath& path) {
    if (!seen_.insert(path).second) return;
    auto entry = std::make_unique<Open>(Open{path, store_.references(path), {}});
    entry->next = entry->references.begin();
    stack_.push_back(std::move(entry));
  }

  const Store& store_;
  bool with_requisites_;
  StorePathSet wanted_;
  StorePathSet seen_;
  std::vector<std::unique_ptr<Open>> stack_;
  std::vector<StorePath> order_;
};

std::string number(std::uint64_t value) {
  std::string text;
  append_nar_number(text, value);
  return text;
}

/// What follows an item's archive, up to its signature.
std::string trailer(const PathInfo& info) {
  std::string text = number(export_magic) + nar_tokens({info.path.text()});
  append_nar_number(text, info.references.size());
  for (const auto& reference : info.references) text += nar_tokens({reference.text()});
  return text + nar_tokens({info.deriver ? info.deriver->text() : ""});
}

void export_item(const Store& store, const StorePath& path, Sink& sink, const SignHash& sign) {
  PathInfo info = store.path_info(path);
  sink.write(number(export_item_follows));
  HashSink nar(HashAlgorithm::sha256);
  HashSink all(HashAlgorithm::sha256);
  TeeSink hashes(nar, all);
  TeeSink tee(sink, hashes);
  BufferedSink buffered(tee);
  store.dump(path, buffered);
  buffered.flush();
  if (nar.finish() != info.nar_hash)
    throw Error("'{}' is corrupt: its contents are not those that were registered", path.text())
        .hint("'nacre gc --verify=contents' finds all that is");

  std::string rest = trailer(info);
  sink.write(rest);
  all.write(rest);
  sink.write(sign ? number(1) + nar_tokens({sign(all.finish())}) : number(0));
}

}  // namespace

void export_paths(const Store& store, const std::vector<StorePath>& paths, Sink& sink,
                  const ExportOptions& options) {
  for (const auto& path : ExportOrder(store, options.with_requisites).of(paths)) {
    check_interrupted();
    export_item(store, path, sink, options.sign);
  }
  sink.write(number(export_end));
}

}  // namespace nacre
