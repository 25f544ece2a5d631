# SPDX-License-Identifier: GPL-3.0-or-later

# Records the repository and the commit that are being built:
# cmake -DSOURCE=DIRECTORY -DRECORD=FILE [-DURL=URL] -P record-channel.cmake
# RECORD is an s-expression, ((url "…") (branch "…") (commit "…")): unknown parts are
# missing, and (unknown "why") says why there is no commit. The program reads it only when a user asks
# where packages come from; nothing is compiled again for it.

# git(VARIABLE ARGUMENT…): what git prints; "" if it fails, and then FAILURE says why.
function(git variable)
  execute_process(COMMAND git -C ${SOURCE} ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE failure
                  RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    set(output)
    if(NOT failure)
      set(failure ${status})
    endif()
    string(REGEX MATCH "^[^\n]*" failure "${failure}")
    set(failure "${failure}" PARENT_SCOPE)
  endif()
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()

set(record)
macro(tell name value)
  string(REPLACE "\\" "\\\\" escaped "${value}")
  string(REPLACE "\"" "\\\"" escaped "${escaped}")
  string(APPEND record "\n (${name} \"${escaped}\")")
endmacro()

if(NOT URL)
  git(URL remote get-url origin)
  # The record must not hold a password.
  string(REGEX REPLACE "^([a-z+]+://)[^/@]*@" "\\1" URL "${URL}")
endif()
if(URL)
  tell(url "${URL}")
endif()

set(failure)
# A tree inside another repository does not count.
git(prefix rev-parse --show-prefix)
git(commit rev-parse --verify HEAD)
# Only the files that packages, derivations and builders are made of; others may change.
git(changes status --porcelain --untracked-files=normal -- scheme src cmake CMakeLists.txt)
git(branch rev-parse --abbrev-ref HEAD)
if(failure)
  tell(unknown "the sources are not in a Git repository (${failure})")
elseif(prefix)
  tell(unknown "the sources are not in a Git repository of their own")
elseif(changes)
  tell(unknown "the sources have changes that are not committed")
else()
  tell(branch "${branch}")
  tell(commit "${commit}")
endif()

file(WRITE ${RECORD} ";; Where the sources come from; the build writes this.\n(${record})\n")
