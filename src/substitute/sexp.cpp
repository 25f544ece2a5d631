// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/sexp.hpp"

#include <gcrypt.h>

#include <cassert>

#include "base/error.hpp"
#include "base/gcrypt.hpp"

namespace nacre {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;

}  // namespace

Sexp::Sexp(gcry_sexp* expression) : expression_(expression, &gcry_sexp_release) {}

Sexp Sexp::adopt(gcry_sexp* expression) {
  return Sexp(expression);
}

Sexp Sexp::parse(std::string_view text) {
  initialize_gcrypt();
  if (text.size() > longest_text) throw Error("an s-expression of {} bytes", text.size());
  gcry_sexp_t expression = nullptr;
  std::size_t error_offset = 0;
  gcry_error_t error = gcry_sexp_sscan(&expression, &error_offset, text.data(), text.size());
  if (error != 0)
    throw Error("not an s-expression: {} at byte {}", gcry_strerror(error), error_offset);
  if (!expression) throw Error("an s-expression that is empty");
  Sexp result(expression);
  std::string first = result.canonical();
  auto bytes = reinterpret_cast<const unsigned char*>(first.data());
  if (gcry_sexp_canon_len(bytes, first.size(), nullptr, nullptr) != first.size())
    throw Error("more than one s-expression");
  return result;
}

std::size_t Sexp::size() const {
  return static_cast<std::size_t>(gcry_sexp_length(get()));
}

std::optional<Sexp> Sexp::list_at(std::size_t index) const {
  if (index >= size() || atom_at(index)) return {};
  gcry_sexp_t element = gcry_sexp_nth(get(), static_cast<int>(index));
  if (!element) return {};
  return Sexp(element);
}

std::optional<std::string> Sexp::atom_at(std::size_t index) const {
  if (index >= size()) return {};
  std::size_t size = 0;
  const char* data = gcry_sexp_nth_data(get(), static_cast<int>(index), &size);
  if (!data) return {};
  return std::string(data, size);
}

std::optional<Sexp> Sexp::child(std::string_view name) const {
  for (std::size_t i = 0; i < size(); ++i) {
    auto element = list_at(i);
    if (element && element->is(name)) return element;
  }
  return {};
}

std::string Sexp::print(int format) const {
  std::size_t size = gcry_sexp_sprint(get(), format, nullptr, 0);
  std::string text(size, '\0');
  size = gcry_sexp_sprint(get(), format, text.data(), text.size());
  assert(size > 0 || format != GCRYSEXP_FMT_CANON);
  text.resize(size);
  while (text.ends_with('\0')) text.pop_back();
  return text;
}

std::string Sexp::canonical() const {
  return print(GCRYSEXP_FMT_CANON);
}

std::string Sexp::advanced() const {
  return print(GCRYSEXP_FMT_ADVANCED);
}

}  // namespace nacre
