// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/durable_file.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace nacre {
namespace {

std::string secret_file(const std::string& configuration) {
  return configuration + "/signing-key.sec";
}
std::string public_file(const std::string& configuration) {
  return configuration + "/signing-key.pub";
}
std::string access_file(const std::string& configuration) {
  return configuration + "/acl";
}

template <typename Parse>
auto parse_file(const std::string& file, Parse parse) {
  std::string text = read_file(file);
  try {
    return parse(text);
  } catch (const Error& error) {
    throw error.in(fmt::format("'{}'", file));
  }
}

Sexp read_key(const std::string& file, std::string_view kind) {
  return parse_file(file, [&](const std::string& text) {
    Sexp key = Sexp::parse(text);
    if (!key.is(kind)) throw Error("this is no {}", kind);
    return key;
  });
}

void check_secrecy(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) throw_errno(fmt::format("reading '{}'", file));
  if ((status.st_mode & 077) == 0) return;
  throw Error("'{}' should be secret, but others have access to it", file)
      .hint(fmt::format("chmod 600 {}", file));
}

void write_secret(const std::string& file, std::string_view text) {
  UniqueFd fd = open_file(file, O_WRONLY | O_CREAT | O_EXCL, 0400);
  if (fchmod(fd.get(), 0400) != 0) throw_errno(file);
  write_fully(fd.get(), text);
  sync_file(fd.get());
}

}  // namespace

SigningKey load_signing_key(const std::string& configuration) {
  if (!path_exists(secret_file(configuration)))
    throw Error("this store has no key to sign with: there is no '{}'", secret_file(configuration))
        .hint("'nacre archive --generate-key' makes one");
  check_secrecy(secret_file(configuration));
  return {read_key(secret_file(configuration), "private-key"),
          read_key(public_file(configuration), "public-key")};
}

void generate_signing_key(const std::string& configuration) {
  make_directories(configuration);
  SigningKey key = make_signing_key();
  try {
    write_secret(secret_file(configuration), key.secret_key.advanced());
  } catch (const SystemError& error) {
    if (error.code() != EEXIST) throw;
    throw Error("this store has a key to sign with already, in '{}'", secret_file(configuration));
  }
  write_file_durably(public_file(configuration), key.public_key.advanced());
}

AccessList load_access_list(const std::string& configuration) {
  if (path_exists(access_file(configuration)))
    return parse_file(access_file(configuration), &AccessList::parse);
  if (!path_exists(public_file(configuration))) return {};
  return AccessList({read_key(public_file(configuration), "public-key")});
}

void authorize_key(const std::string& configuration, const Sexp& public_key) {
  if (!public_key.is("public-key")) throw Error("this is not a public key");
  AccessList list = load_access_list(configuration).with(public_key);
  make_directories(configuration);
  write_file_durably(access_file(configuration), list.text());
}

SignHash store_signer(const std::string& configuration) {
  return [key = load_signing_key(configuration)](const Hash& hash) { return sign(hash, key); };
}

CheckSignature store_signature_check(const std::string& configuration) {
  return
      [accepted = load_access_list(configuration)](const std::string& signature, const Hash& hash) {
        check_signature(signature, hash, accepted);
      };
}

}  // namespace nacre
