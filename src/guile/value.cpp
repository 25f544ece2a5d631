// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include "guile/convert.hpp"
#include "guile/guile.hpp"

namespace nacre::guile {

Value::Value(SCM value) : value_(value) {
  if (!SCM_IMP(value_)) scm_gc_protect_object(value_);
}

Value::~Value() {
  if (!SCM_IMP(value_)) scm_gc_unprotect_object(value_);
}

Value::Value(const Value& other) : Value(other.value_) {}

Value& Value::operator=(const Value& other) {
  Value copy(other);
  std::swap(value_, copy.value_);
  return *this;
}

Value to_scheme(std::string_view text) {
  return Value(make_string(text));
}

Value to_scheme(bool value) {
  return Value(scm_from_bool(value));
}

Value to_scheme(long value) {
  return Value(scm_from_long(value));
}

Value pair(const Value& first, const Value& second) {
  return Value(scm_cons(first.get(), second.get()));
}

Value list(const std::vector<Value>& values) {
  return Value(make_list(values, [](const Value& value) { return value.get(); }));
}

Value symbol(std::string_view name) {
  return Value(make_symbol(name));
}

Value keyword(std::string_view name) {
  return Value(scm_symbol_to_keyword(make_symbol(name)));
}

std::string to_string(const Value& value) {
  return string_from(value.get());
}

std::vector<Value> to_vector(const Value& list) {
  std::vector<Value> values;
  for_each(list.get(), [&](SCM element) { values.emplace_back(element); });
  return values;
}

bool is_true(const Value& value) {
  return scm_is_true(value.get());
}

bool is_string(const Value& value) {
  return scm_is_string(value.get());
}

std::string display(const Value& value) {
  const Value text(call(
      [&] { return scm_object_to_string(value.get(), scm_c_public_ref("guile", "display")); }));
  return string_from(text.get());
}

}  // namespace nacre::guile
