// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/lazy_function.hpp"

#include <dlfcn.h>

#include "base/error.hpp"

namespace nacre {

void* find_function(const char* library, const char* function) {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw Error("{}", dlerror()).hint(fmt::format("install {}, or nacre anew", library));
  if (void* address = dlsym(handle, function)) return address;
  throw Error("{}", dlerror()).hint(fmt::format("install another {}, or nacre anew", library));
}

}  // namespace nacre
