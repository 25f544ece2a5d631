// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/lazy_function.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace nacre {
namespace {

TEST(LazyFunction, is_called_like_the_function) {
  constexpr LazyFunction<"libc.so.6", "labs", long(long)> absolute;
  EXPECT_EQ(absolute(-3), 3);
  long (*const pointer)(long) = absolute;
  EXPECT_EQ(pointer(-4), 4);
}

TEST(LazyFunction, takes_further_arguments_where_the_function_does) {
  constexpr LazyFunction<"libc.so.6", "snprintf", int(char*, std::size_t, const char*, ...)> print;
  char text[16];
  EXPECT_EQ(print(text, sizeof text, "%d %s", 7, "x"), 3);
  EXPECT_STREQ(text, "7 x");
}

TEST(LazyFunction, of_a_library_that_is_not_there_is_an_error_that_names_it) {
  constexpr LazyFunction<"libno-such.so.1", "labs", long(long)> absent;
  EXPECT_THAT([&] { absent(1); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("libno-such.so.1")));
}

TEST(LazyFunction, that_the_library_does_not_have_is_an_error_that_names_it) {
  constexpr LazyFunction<"libc.so.6", "no_such_function", long(long)> absent;
  EXPECT_THAT([&] { absent(1); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no_such_function")));
}

}  // namespace
}  // namespace nacre
