// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/convert.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/utf8.hpp"
#include "guile/guile.hpp"

namespace nacre::guile {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The beginning of a text of any bytes, in ASCII.
std::string visible_bytes(std::string_view text) {
  constexpr std::size_t most = 200;
  std::string result;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02X}", byte);
  }
  return text.size() > most ? result + "..." : result;
}

void check_utf8(std::string_view text) {
  const std::size_t place = find_invalid_utf8(text);
  if (place != std::string_view::npos)
    throw Error("'{}' is not valid UTF-8: byte {}", visible_bytes(text), place + 1)
        .hint("names of files, arguments and texts have to be UTF-8 here");
}

struct Free {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

void wrong_type(std::string_view expected, SCM value) {
  throw Error("{} was expected, not {}", expected, abbreviated(value));
}

SCM make_string(std::string_view text) {
  if (is_ascii(text)) return scm_from_latin1_stringn(text.data(), text.size());
  check_utf8(text);
  return scm_from_utf8_stringn(text.data(), text.size());
}

SCM make_message(std::string_view text) {
  try {
    return make_string(text);
  } catch (const Error&) {
    return scm_from_latin1_stringn(text.data(), text.size());
  }
}

SCM make_symbol(std::string_view name) {
  return scm_string_to_symbol(make_string(name));
}

SCM make_bytevector(std::string_view bytes) {
  SCM result = scm_c_make_bytevector(bytes.size());
  if (!bytes.empty()) std::memcpy(SCM_BYTEVECTOR_CONTENTS(result), bytes.data(), bytes.size());
  return result;
}

std::string string_from(SCM value) {
  if (!scm_is_string(value)) wrong_type("a string", value);
  std::size_t length = 0;
  std::unique_ptr<char, Free> text(scm_to_utf8_stringn(value, &length));
  return std::string(text.get(), length);
}

std::string bytes_from(SCM value) {
  if (!SCM_BYTEVECTOR_P(value)) return string_from(value);
  return std::string(reinterpret_cast<const char*>(SCM_BYTEVECTOR_CONTENTS(value)),
                     SCM_BYTEVECTOR_LENGTH(value));
}

std::string symbol_from(SCM value) {
  if (!scm_is_symbol(value)) wrong_type("a symbol", value);
  return string_from(scm_symbol_to_string(value));
}

bool is_unset(SCM value) {
  return SCM_UNBNDP(value) || scm_is_false(value);
}

std::int64_t integer_from(SCM value) {
  if (!scm_is_signed_integer(value, INT64_MIN, INT64_MAX)) wrong_type("an integer", value);
  return scm_to_int64(value);
}

std::uint64_t count_from(SCM value, std::string_view what, std::uint64_t most) {
  if (!scm_is_unsigned_integer(value, 0, most))
    throw Error("{} has to be a number from 0 to {}, not {}", what, most, abbreviated(value));
  return scm_to_uint64(value);
}

void check_list(SCM value) {
  if (!scm_is_null(value) && (!scm_is_pair(value) || scm_ilength(value) < 0))
    wrong_type("a list", value);
}

std::pair<SCM, SCM> pair_from(SCM value, std::string_view what) {
  if (!scm_is_pair(value)) wrong_type(what, value);
  return {SCM_CAR(value), SCM_CDR(value)};
}

HashAlgorithm algorithm_from(SCM symbol) {
  return parse_hash_algorithm(symbol_from(symbol));
}

Hash hash_from(SCM algorithm, SCM bytevector) {
  if (!SCM_BYTEVECTOR_P(bytevector)) wrong_type("a bytevector", bytevector);
  Hash hash{algorithm_from(algorithm), bytes_from(bytevector)};
  if (hash.bytes.size() != hash_size(hash.algorithm))
    throw Error("invalid {} hash: it has {} bytes, not {}", to_string(hash.algorithm),
                hash.bytes.size(), hash_size(hash.algorithm));
  return hash;
}

StorePath store_path_from(SCM string) {
  return StorePath(string_from(string));
}

StorePathSet store_paths_from(SCM list) {
  StorePathSet paths;
  for_each(list, [&](SCM path) { paths.insert(store_path_from(path)); });
  return paths;
}

SCM list_element(SCM list, std::size_t index, std::string_view what) {
  for (SCM rest = list; scm_is_pair(rest); rest = SCM_CDR(rest))
    if (index-- == 0) return SCM_CAR(rest);
  wrong_type(what, list);
}

SCM make_store_path_string(const StorePath& path) {
  return scm_from_latin1_stringn(path.text().data(), path.text().size());
}

std::string written(SCM value) {
  const Value text(call([&] { return scm_object_to_string(value, SCM_UNDEFINED); }));
  return string_from(text.get());
}

std::string abbreviated(SCM value) {
  const Value text(
      call([&] { return scm_call_1(scm_c_public_ref("nacre printing", "abbreviated"), value); }));
  return string_from(text.get());
}

}  // namespace nacre::guile
