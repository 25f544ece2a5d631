// SPDX-License-Identifier: GPL-3.0-or-later

// What nacre-audit.so has of a C library, as one that is loaded beside the program's own would have
// to fit the dynamic linker: calls of the system, and <string.h> as far as it is needed.
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
static long call_system(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static long call_system(long number, long a, long b, long c, long d) {
  register long first __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  register long which __asm__("x8") = number;
  __asm__ volatile("svc 0"
                   : "+r"(first)
                   : "r"(second), "r"(third), "r"(fourth), "r"(which)
                   : "memory");
  return first;
}
#else
#error "system calls of this kind of machine are not known here"
#endif

// An error is -errno. Calls with up to four arguments, each of them given.
long syscall(long number, ...) {
  long arguments[4];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 4; i++) arguments[i] = va_arg(list, long);
  va_end(list);
  return call_system(number, arguments[0], arguments[1], arguments[2], arguments[3]);
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

int strncmp(const char* one, const char* other, size_t size) {
  for (; size > 0; one++, other++, size--)
    if (*one != *other || !*one) return (unsigned char)*one - (unsigned char)*other;
  return 0;
}

char* strchr(const char* text, int wanted) {
  for (; *text != (char)wanted; text++)
    if (!*text) return NULL;
  return (char*)text;
}

void* memmove(void* to, const void* from, size_t size) {
  char* target = to;
  const char* source = from;
  if (target < source)
    for (size_t i = 0; i < size; i++) target[i] = source[i];
  else
    while (size-- > 0) target[size] = source[size];
  return to;
}

void* memcpy(void* restrict to, const void* restrict from, size_t size) {
  return memmove(to, from, size);
}

void* memset(void* to, int byte, size_t size) {
  char* target = to;
  while (size-- > 0) target[size] = (char)byte;
  return to;
}
