// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "guile/convert.hpp"
#include "guile/native.hpp"
#include "guile/native/modules.hpp"
#include "guile/scheme_data.hpp"

namespace nacre::guile {
namespace {

/// (read-scheme-data BYTES FILE): a list of the data that Guile's `read` would read from BYTES as
/// UTF-8, with source properties that name FILE.
SCM read_scheme_data(SCM text, SCM file) {
  return make_scheme_data(
      DataText(string_from(file), bytes_from(text), {.replaces_invalid = true}));
}

using OrderedJson = nlohmann::ordered_json;

constexpr int deepest_json = 256;

/// What to call an invalid text, with its line.
Error json_error(const std::string& file, const std::string& text,
                 const nlohmann::json::parse_error& error) {
  const std::size_t end = std::min(error.byte, text.size());
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  return Error("this is not JSON: {}", error.what()).at({file, static_cast<int>(line), 0});
}

SCM make_json(const OrderedJson& value, int depth) {
  if (depth > deepest_json) throw Error("JSON that is nested too deeply");
  switch (value.type()) {
    case OrderedJson::value_t::object: {
      SCM members = SCM_EOL;
      for (const auto& [key, member] : value.items())
        members = scm_cons(scm_cons(make_string(key), make_json(member, depth + 1)), members);
      return scm_reverse_x(members, SCM_EOL);
    }
    case OrderedJson::value_t::array: {
      SCM elements = SCM_EOL;
      for (const OrderedJson& element : value)
        elements = scm_cons(make_json(element, depth + 1), elements);
      return scm_vector(scm_reverse_x(elements, SCM_EOL));
    }
    case OrderedJson::value_t::string:
      return make_string(value.get_ref<const std::string&>());
    case OrderedJson::value_t::boolean:
      return scm_from_bool(value.get<bool>());
    case OrderedJson::value_t::number_integer:
      return scm_from_int64(value.get<std::int64_t>());
    case OrderedJson::value_t::number_unsigned:
      return scm_from_uint64(value.get<std::uint64_t>());
    case OrderedJson::value_t::number_float:
      return scm_from_double(value.get<double>());
    default:
      return make_symbol("null");
  }
}

/// (read-json BYTES FILE): the value of a text in JSON: an object is an alist with strings as keys,
/// in the order of the text, an array a vector, null the symbol. FILE is for messages.
SCM read_json(SCM bytes, SCM file) {
  const std::string text = bytes_from(bytes);
  OrderedJson value;
  try {
    value = OrderedJson::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw json_error(string_from(file), text, error);
  }
  return make_json(value, 0);
}

void definitions() {
  define_native<&read_json>("read-json");
  define_native<&read_scheme_data>("read-scheme-data");
}

}  // namespace

void define_datum_module() {
  define_native_module("nacre datum", definitions);
}

}  // namespace nacre::guile
