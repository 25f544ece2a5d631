# SPDX-License-Identifier: GPL-3.0-or-later

# The warnings, optimisation and sanitizers that everything of ours is compiled with.
add_library(nacre-flags INTERFACE)
target_compile_options(nacre-flags INTERFACE -Wall -Wextra $<$<BOOL:${NACRE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in its own std::string where there are none (GCC bug 105651).
  target_compile_options(nacre-flags INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libgit2's own initializers leave fields out.
  target_compile_options(nacre-flags INTERFACE -Wno-missing-field-initializers)
endif()
target_compile_definitions(nacre-flags INTERFACE _FILE_OFFSET_BITS=64)
if(NACRE_SANITIZE)
  target_compile_options(nacre-flags INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(nacre-flags INTERFACE -fsanitize=address,undefined)
endif()
if(NACRE_FUZZ)
  target_compile_options(nacre-flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                         -fno-sanitize-recover=undefined)
  target_link_options(nacre-flags INTERFACE -fsanitize=address,undefined)
endif()

# nacre_component(NAME DEPENDS a b LIBRARIES x y): the static library nacre-NAME made of the current
# folder's sources. It sees the headers of src/, and links to the components it names and no others.
function(nacre_component name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(nacre-${name} STATIC ${sources})
  target_include_directories(nacre-${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM arg_DEPENDS PREPEND nacre-)
  target_link_libraries(nacre-${name} PUBLIC nacre-flags ${arg_DEPENDS} ${arg_LIBRARIES})
endfunction()
