// SPDX-License-Identifier: GPL-3.0-or-later
#include "guile/scheme_data.hpp"

#include "guile/convert.hpp"
#include "guile/guile.hpp"

namespace nacre::guile {
namespace {

/// Makes Scheme objects of the data of one text. Recurses as deep as data are nested, which the
/// reader limits.
class SchemeMaker {
 public:
  explicit SchemeMaker(const DataText& text)
      : text_(text),
        file_(make_string(text.file())),
        filename_(make_symbol("filename")),
        line_(make_symbol("line")),
        column_(make_symbol("column")) {}

  SCM make_list_of(std::span<const Datum> data, SCM tail) {
    SCM result = tail;
    for (std::size_t i = data.size(); i-- > 0;) result = scm_cons(make(data[i]), result);
    return result;
  }

 private:
  SCM make(const Datum& datum) {
    SCM object = make_plain(datum);
    const bool has_properties = datum.begin() != datum.end() && SCM_NIMP(object) &&
                                !scm_is_symbol(object) && !scm_is_keyword(object) &&
                                !scm_is_null(object);
    if (has_properties) scm_set_source_properties_x(object, properties(datum));
    return object;
  }

  SCM make_plain(const Datum& datum) {
    switch (datum.kind()) {
      case DatumKind::list:
        return make_list_of(datum.elements(), SCM_EOL);
      case DatumKind::improper_list: {
        const auto elements = datum.elements();
        return make_list_of(elements.first(elements.size() - 1), make(elements.back()));
      }
      case DatumKind::vector:
        return scm_vector(make_list_of(datum.elements(), SCM_EOL));
      case DatumKind::array:
      case DatumKind::bit_vector:
        return read_by_guile(datum);
      case DatumKind::string:
        return scm_string_copy(make_string(datum.text()));
      case DatumKind::symbol:
        return make_symbol(datum.text());
      case DatumKind::keyword:
        return scm_symbol_to_keyword(make_symbol(datum.text()));
      case DatumKind::integer:
        return scm_from_int64(datum.integer());
      case DatumKind::number:
        return make_number(datum);
      case DatumKind::character:
        return scm_integer_to_char(scm_from_int64(datum.integer()));
      case DatumKind::boolean:
        return scm_from_bool(datum.integer() != 0);
      case DatumKind::nil:
        return SCM_ELISP_NIL;
    }
    throw Error("a datum of an unknown kind");
  }

  SCM make_number(const Datum& datum) {
    const SCM number = scm_string_to_number(make_string(datum.text()), scm_from_int(10));
    if (scm_is_false(number))
      throw text_.error_at(datum, fmt::format("'{}' is not a number", datum.text()));
    return number;
  }

  /// Arrays and bit vectors are rare, and have a syntax of their own.
  SCM read_by_guile(const Datum& datum) {
    try {
      const SCM source = make_string(text_.source(datum));
      return call([&] {
        return scm_call_2(scm_c_public_ref("guile", "call-with-input-string"), source,
                          scm_c_public_ref("guile", "read"));
      });
    } catch (const Error& error) {
      throw text_.error_at(datum, error.what());
    }
  }

  SCM properties(const Datum& datum) const {
    return scm_list_3(scm_cons(filename_, file_), scm_cons(line_, scm_from_uint32(datum.line())),
                      scm_cons(column_, scm_from_uint32(datum.column())));
  }

  const DataText& text_;
  SCM file_;
  SCM filename_;
  SCM line_;
  SCM column_;
};

}  // namespace

SCM make_scheme_data(const DataText& text) {
  return SchemeMaker(text).make_list_of(text.data(), SCM_EOL);
}

}  // namespace nacre::guile
