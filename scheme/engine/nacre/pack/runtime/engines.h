// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What is run, and with what.
struct program {
  const char* name;        ///< what it goes by in messages
  const char* store;       ///< where its store lies, without symbolic links
  const char* file;        ///< its file, below /gnu/store
  const char* proot;       ///< PRoot's directory, below /gnu/store; NULL if there is none
  const char* fakechroot;  ///< that of the libraries that move names; NULL if there is none
  const char* advice;      ///< what to do if nothing works, beside asking for user namespaces
  char** arguments;        ///< argv, argv[0] too
};

/// Runs `program` in place of this process, by the first engine that works here of those that the
/// variable GUIX_EXECUTION_ENGINE allows. Returns only if there is none, having said so: an exit
/// status.
int run_by_engine(const struct program* program);
