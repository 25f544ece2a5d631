// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.hpp"
#include "archive/nar.hpp"
#include "base/encoding.hpp"
#include "base/files.hpp"
#include "guile/convert.hpp"
#include "guile/inputs.hpp"
#include "guile/native.hpp"
#include "guile/native/filter.hpp"
#include "guile/native/modules.hpp"

namespace nacre::guile {
namespace {

template <std::string (*encode)(std::string_view)>
SCM encode_bytes(SCM bytes) {
  return make_string(encode(bytes_from(bytes)));
}

template <std::string (*decode)(std::string_view)>
SCM decode_text(SCM text) {
  return make_bytevector(decode(string_from(text)));
}

SCM bytevector_hash(SCM bytes, SCM algorithm) {
  return make_bytevector(hash_bytes(algorithm_from(algorithm), bytes_from(bytes)).bytes);
}

SCM hash_of_file(SCM algorithm, SCM file) {
  note_input(InputKind::contents, string_from(file));
  return make_bytevector(hash_file(algorithm_from(algorithm), string_from(file)).bytes);
}

SCM hash_of_nar(SCM algorithm, SCM file, SCM select) {
  const std::string path = absolute_path(string_from(file));
  note_input(InputKind::tree, string_from(file));
  return make_bytevector(hash_nar(path, algorithm_from(algorithm), path_filter(select)).hash.bytes);
}

void definitions() {
  define_native<&encode_bytes<base16_encode>>("bytevector->base16-string");
  define_native<&decode_text<base16_decode>>("base16-string->bytevector");
  define_native<&encode_bytes<nix_base32_encode>>("bytevector->nix-base32-string");
  define_native<&decode_text<nix_base32_decode>>("nix-base32-string->bytevector");
  define_native<&encode_bytes<base64_encode>>("base64-encode");
  define_native<&decode_text<base64_decode>>("base64-decode");
  define_native<&bytevector_hash>("bytevector-hash");
  define_native<&hash_of_file>("file-hash");
  define_native<&hash_of_nar>("nar-hash", 1);
}

}  // namespace

void define_hash_module() {
  define_native_module("nacre hash", definitions);
}

}  // namespace nacre::guile
