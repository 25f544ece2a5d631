// SPDX-License-Identifier: GPL-3.0-or-later
// The module (nacre substitute): store items on their way from one store to another.
//
//   (store-export store paths write sign? recursive?)
//     Calls (write BYTEVECTOR) with one piece of the export stream after the other. Each path comes
//     after its references, otherwise in the order of PATHS. To a port:
//       (store-export store paths (lambda (bytes) (put-bytevector port bytes)) #t #f)
//   (store-import store read)
//     Calls (read COUNT) for pieces of a stream: a bytevector of COUNT bytes at most, empty or the
//     end-of-file object at the end. May ask for more than the stream holds, so a procedure that
//     waits for something else to come should return what it has. Returns the paths, in order.
//       (store-import store (lambda (count) (get-bytevector-n port count)))
//   (generate-signing-key! store)
//     Makes the store's key; an error if it has one.
//   (authorize-key! store text)
//     Accepts what is signed by the public key that TEXT, an s-expression, names.
//   (store-narinfo store path archives sign?)
//     What a server that has PATH says of it, a string; ARCHIVES are lists (URL COMPRESSION SIZE).
//   (substitutable-paths store paths urls)
//     Those of PATHS that the servers at URLS offer, in the order of PATHS.
//   (substitutable-path-info store paths urls)
//     The same as lists (PATH DERIVER REFERENCES DOWNLOAD-SIZE NAR-SIZE), DERIVER being #f if it is
//     not known, and DOWNLOAD-SIZE 0.
#include <algorithm>
#include <cstring>

#include "builds/substituter.hpp"
#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/native/objects.hpp"
#include "store/export.hpp"
#include "substitute/keys.hpp"
#include "substitute/narinfo.hpp"

namespace nacre::guile {
namespace {

/// Hands what is written to a Scheme procedure, as bytevectors.
class ProcedureSink : public Sink {
 public:
  explicit ProcedureSink(SCM procedure) : procedure_(procedure) {}
  void write(std::string_view bytes) override {
    SCM piece = make_bytevector(bytes);
    call([&] { return scm_call_1(procedure_.get(), piece); });
  }

 private:
  Value procedure_;
};

/// Reads from what a Scheme procedure returns.
class ProcedureSource : public Source {
 public:
  explicit ProcedureSource(SCM procedure) : procedure_(procedure) {}
  std::size_t read(char* buffer, std::size_t size) override {
    SCM piece = call([&] { return scm_call_1(procedure_.get(), scm_from_size_t(size)); });
    if (scm_is_eq(piece, SCM_EOF_VAL)) return 0;
    if (!SCM_BYTEVECTOR_P(piece)) wrong_type("bytes", piece);
    const std::size_t count = SCM_BYTEVECTOR_LENGTH(piece);
    if (count > size) throw Error("{} bytes were read where {} were asked for", count, size);
    if (count > 0) std::memcpy(buffer, SCM_BYTEVECTOR_CONTENTS(piece), count);
    return count;
  }

 private:
  Value procedure_;
};

std::vector<StorePath> path_vector_from(SCM list) {
  std::vector<StorePath> paths;
  for_each(list, [&](SCM path) { paths.push_back(store_path_from(path)); });
  return paths;
}

SCM export_to(SCM store, SCM paths, SCM write, SCM sign, SCM recursive) {
  const LocalStore& source = *store_from(store).store;
  ExportOptions options;
  options.with_requisites = scm_is_true(recursive);
  if (scm_is_true(sign)) options.sign = store_signer(source.configuration());
  ProcedureSink sink(write);
  BufferedSink buffered(sink);
  export_paths(source, path_vector_from(paths), buffered, options);
  buffered.flush();
  return SCM_UNSPECIFIED;
}

SCM import_from(SCM store, SCM read) {
  LocalStore& target = *store_from(store).store;
  ProcedureSource source(read);
  BufferedSource buffered(source);
  return make_list(import_paths(target, buffered, store_signature_check(target.configuration())),
                   make_store_path_string);
}

SCM generate_key(SCM store) {
  generate_signing_key(store_from(store).store->configuration());
  return SCM_UNSPECIFIED;
}

SCM authorize(SCM store, SCM text) {
  authorize_key(store_from(store).store->configuration(), Sexp::parse(bytes_from(text)));
  return SCM_UNSPECIFIED;
}

SCM narinfo(SCM store, SCM path, SCM archives, SCM sign) {
  const LocalStore& source = *store_from(store).store;
  const PathInfo item = source.path_info(store_path_from(path));
  Narinfo info(item.path);
  info.nar_hash = item.nar_hash;
  info.nar_size = item.nar_size;
  info.references = item.references;
  info.deriver = item.deriver;
  for_each(archives, [&](SCM archive) {
    constexpr auto what = "(URL COMPRESSION SIZE)";
    const std::uint64_t size = count_from(list_element(archive, 2, what), "the size of an archive");
    info.archives.push_back({string_from(list_element(archive, 0, what)),
                             string_from(list_element(archive, 1, what)), size});
  });
  if (!scm_is_true(sign)) return make_string(write_narinfo(info));
  const SigningKey key = load_signing_key(source.configuration());
  return make_string(write_narinfo(info, &key));
}

/// What is offered, in the order of `paths`.
std::vector<SubstituteInfo> offers(SCM store, SCM paths, SCM urls) {
  std::vector<std::string> servers;
  for_each(urls, [&](SCM url) { servers.push_back(string_from(url)); });
  OpenStore& target = store_from(store);
  const SubstituteMap found =
      find_substitutes(*target.store, store_paths_from(paths), servers, *target.reporter);
  std::vector<SubstituteInfo> result;
  for (const StorePath& path : path_vector_from(paths)) {
    const auto substitute = found.find(path);
    if (substitute != found.end()) result.push_back(substitute->second->info());
  }
  return result;
}

SCM substitutable_paths(SCM store, SCM paths, SCM urls) {
  return make_list(offers(store, paths, urls),
                   [](const SubstituteInfo& info) { return make_store_path_string(info.path); });
}

SCM substitutable_path_info(SCM store, SCM paths, SCM urls) {
  return make_list(offers(store, paths, urls), [](const SubstituteInfo& info) {
    return scm_list_5(make_store_path_string(info.path),
                      info.deriver ? make_store_path_string(*info.deriver) : SCM_BOOL_F,
                      make_list(info.references, make_store_path_string),
                      scm_from_uint64(info.download_size), scm_from_uint64(info.nar_size));
  });
}

void definitions() {
  define_native<&export_to, Refusal::protocol>("store-export");
  define_native<&import_from, Refusal::protocol>("store-import");
  define_native<&generate_key>("generate-signing-key!");
  define_native<&authorize>("authorize-key!");
  define_native<&narinfo, Refusal::protocol>("store-narinfo");
  define_native<&substitutable_paths, Refusal::protocol>("substitutable-paths");
  define_native<&substitutable_path_info, Refusal::protocol>("substitutable-path-info");
}

}  // namespace

void define_substitute_module() {
  define_native_module("nacre substitute", definitions);
}

}  // namespace nacre::guile
