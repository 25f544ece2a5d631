# SPDX-License-Identifier: GPL-3.0-or-later
# The libraries that nacre uses; scripts/install-dependencies.sh names their packages in Debian.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(guile REQUIRED IMPORTED_TARGET guile-3.0)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(gcrypt REQUIRED IMPORTED_TARGET libgcrypt)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(lzma REQUIRED IMPORTED_TARGET liblzma)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(squashfs REQUIRED IMPORTED_TARGET libsquashfs1)
find_package(BZip2 REQUIRED)

# It has no pkg-config file.
find_library(NACRE_LZLIB lz REQUIRED)
find_path(NACRE_LZLIB_HEADERS lzlib.h REQUIRED)
add_library(lzlib INTERFACE)
target_link_libraries(lzlib INTERFACE ${NACRE_LZLIB})
target_include_directories(lzlib SYSTEM INTERFACE ${NACRE_LZLIB_HEADERS})

# nacre_lazy_library(NAME MODULE FILE): NAME-headers has the headers of the pkg-config module MODULE,
# and defines NACRE_FILE as the name that the dynamic linker finds lib<FILE> by. It is loaded when it
# is first needed (base/lazy_function.hpp), PkgConfig::NAME is for targets that link to it.
function(nacre_lazy_library name module file)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  find_library(NACRE_${name}_FILE ${file} HINTS ${${name}_LIBRARY_DIRS} REQUIRED)
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${NACRE_${name}_FILE}
                  OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
  if(NOT headers MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "${NACRE_${name}_FILE} is not a shared library")
  endif()
  string(TOUPPER NACRE_LIB${file} macro)
  add_library(${name}-headers INTERFACE)
  target_include_directories(${name}-headers SYSTEM INTERFACE ${${name}_INCLUDE_DIRS})
  target_compile_definitions(${name}-headers INTERFACE ${macro}="${CMAKE_MATCH_1}")
endfunction()
nacre_lazy_library(archive libarchive archive)
nacre_lazy_library(curl libcurl curl)
nacre_lazy_library(git libgit2>=1.3 git2)
