// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/inspect/verify_attestation.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

#include "attestation/envelope.hpp"
#include "attestation/statement.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "cli/inspect/output.hpp"
#include "substitute/keys.hpp"

namespace nacre::cli {

namespace {

/// The lines of an attestation are one signed statement each; a file may be about several packs.
std::vector<std::string> attestation_lines(const std::string& file) {
  std::vector<std::string> lines;
  std::istringstream text(read_file(file));
  for (std::string line; std::getline(text, line);)
    if (line.find_first_not_of(" \t\r") != std::string::npos) lines.push_back(line);
  if (lines.empty()) throw Error("'{}' is empty", file);
  return lines;
}

std::string field(std::string_view name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{}: {}\n", name, harmless(value));
}

std::string statement_text(const StatementSummary& statement, const std::string& file,
                           const std::string& key_id) {
  std::string text = fmt::format("{}: as it was built\n", file);
  text += field("signed by key", key_id);
  text += field("builder", statement.builder);
  text += field("nacre", statement.version);
  text += field("format", statement.format);
  text += field("derivation", statement.derivation);
  for (const std::string& source : statement.sources) text += field("from", source);
  return text;
}

bool is_about(const StatementSummary& statement, const std::string& sha256) {
  return std::any_of(statement.subjects.begin(), statement.subjects.end(),
                     [&](const Subject& subject) { return subject.sha256 == sha256; });
}

Error about_another_file(const std::string& file, const std::string& sha256,
                         const StatementSummary& statement) {
  std::string subjects;
  for (const Subject& subject : statement.subjects)
    subjects += fmt::format("\n  {} {}", subject.sha256, harmless(subject.name));
  return Error(
             "the statement, which is signed, is not about '{}':\n  {} is its SHA-256; it is "
             "about{}",
             file, sha256, subjects)
      .hint("the file was changed, or the attestation is that of another one");
}

}  // namespace

std::string verify_attestation(const std::string& configuration, const std::string& attestation,
                               const std::string& file, bool as_json) {
  const AccessList accepted = load_access_list(configuration);
  const std::string sha256 = hash_file(HashAlgorithm::sha256, file).base16();
  std::optional<Error> refusal;
  for (const std::string& line : attestation_lines(attestation)) {
    try {
      const OpenedEnvelope envelope = open_envelope(line, accepted);
      const StatementSummary statement = summarize_statement(envelope.statement);
      if (!is_about(statement, sha256)) throw about_another_file(file, sha256, statement);
      return as_json ? envelope.statement + "\n" : statement_text(statement, file, envelope.key_id);
    } catch (const Error& error) {
      if (!refusal) refusal = error;
    }
  }
  Error error("'{}' does not vouch for '{}': {}", attestation, file, refusal->what());
  throw refusal->hint() ? std::move(error).hint(*refusal->hint()) : error;
}

}  // namespace nacre::cli
