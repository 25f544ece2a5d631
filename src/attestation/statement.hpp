// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/hash.hpp"

/// What is stated of a file: an in-toto Statement (version 1) with SLSA's provenance (version 1) as
/// its predicate; docs/provenance.md.
namespace nacre {

/// A thing that a statement is about.
struct Subject {
  std::string name;
  std::string sha256;  ///< in base 16
};

/// How a pack came about.
struct BuildFacts {
  nlohmann::json parameters;    ///< what was asked for
  nlohmann::json internal;      ///< what it became
  nlohmann::json dependencies;  ///< resource descriptors of what it was made from
  std::string builder;          ///< an URI
  std::string version;          ///< of the program
};

/// The statement, as JSON. The same facts make the same bytes.
std::string make_statement(const std::vector<Subject>& subjects, const BuildFacts& facts);

/// The parts of a statement that are shown to people. All of it may be empty.
struct StatementSummary {
  std::vector<Subject> subjects;
  std::string builder;
  std::string version;
  std::string derivation;
  std::string format;
  std::vector<std::string> sources;  ///< URIs that name a commit: channels
};

/// Reads a statement. Error if it is not an in-toto statement.
StatementSummary summarize_statement(const std::string& statement);

}  // namespace nacre
