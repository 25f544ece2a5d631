// SPDX-License-Identifier: GPL-3.0-or-later
#include "substitute/signature.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/layout.hpp"
#include "substitute/keys.hpp"

namespace nacre {
namespace {

using testing::HasSubstr;

const SigningKey& our_key() {
  static const SigningKey key = make_signing_key();
  return key;
}

Hash hash_of(std::string_view text) {
  return hash_bytes(HashAlgorithm::sha256, text);
}

std::string refusal(const std::string& signature, const Hash& hash, const AccessList& accepted) {
  try {
    check_signature(signature, hash, accepted);
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

/// The signature with one part replaced.
std::string with(const std::string& signature, const std::string& part, const Sexp& other) {
  Sexp whole = Sexp::parse(signature);
  std::string text = "(signature";
  for (const char* name : {"data", "sig-val", "public-key"})
    text += (part == name ? other : *whole.child(name)).advanced();
  return text + ")";
}

class Signatures : public testing::Test {
 protected:
  AccessList accepted_{{our_key().public_key}};
  std::string signature_ = sign(hash_of("this"), our_key());
};

TEST_F(Signatures, of_something_else_are_refused) {
  EXPECT_THAT(refusal(signature_, hash_of("that"), accepted_), HasSubstr("something else"));
}

TEST_F(Signatures, that_only_claim_to_be_of_something_are_refused) {
  Sexp claim = *Sexp::parse(sign(hash_of("that"), our_key())).child("data");
  EXPECT_THAT(refusal(with(signature_, "data", claim), hash_of("that"), accepted_),
              HasSubstr("invalid"));
}

TEST_F(Signatures, that_hide_another_thing_to_verify_are_refused) {
  // A raw value beside the hash that is looked at.
  Hash that = hash_of("that");
  Sexp data = Sexp::parse("(data (flags raw) (value #" + hash_of("this").base16() +
                          "#) (hash sha256 #" + that.base16() + "#))");
  EXPECT_THAT(refusal(with(signature_, "data", data), that, accepted_), HasSubstr("invalid"));
}

TEST_F(Signatures, by_unknown_keys_are_refused) {
  EXPECT_THAT(refusal(signature_, hash_of("this"), {}), HasSubstr("unauthorized public key"));
  SigningKey other = make_signing_key();
  std::string theirs = sign(hash_of("this"), other);
  EXPECT_THAT(refusal(theirs, hash_of("this"), accepted_),
              HasSubstr("unauthorized public key: (public-key (ecc (curve Ed25519) (q #"));
}

TEST_F(Signatures, by_somebody_who_names_an_accepted_key_are_refused) {
  std::string theirs = sign(hash_of("this"), make_signing_key());
  EXPECT_THAT(refusal(with(theirs, "public-key", our_key().public_key), hash_of("this"), accepted_),
              HasSubstr("invalid"));
}

TEST_F(Signatures, with_parts_missing_or_too_many_are_refused) {
  for (const std::string& text :
       {std::string("junk"), std::string("()"), std::string("(signature)"), "(x" + signature_ + ")",
        "(other (data) (sig-val) " + our_key().public_key.advanced() + ")",
        std::string("(signature (data) (sig-val))"),
        "(signature (data) (sig-val) " + our_key().public_key.advanced() + " (more))"})
    EXPECT_THAT(refusal(text, hash_of("this"), accepted_), HasSubstr("corrupt")) << text;
}

TEST_F(Signatures, of_an_accepted_key_are_accepted) {
  check_signature(signature_, hash_of("this"), accepted_);
  check_signature(sign(hash_of("that"), our_key()), hash_of("that"), accepted_);
}

TEST(AccessLists, that_are_malformed_are_refused) {
  for (const char* text : {"", "(list)", "(acl x)", "(acl (entry))", "(acl (entry (public-key)))",
                           "(acl (entry x (tag (guix import))))"})
    EXPECT_THROW(AccessList::parse(text), Error) << text;
}

TEST(AccessLists, keys_for_another_purpose_do_not_count) {
  std::string key = our_key().public_key.advanced();
  auto list = AccessList::parse("(acl (entry " + key + " (tag (guix export))))");
  EXPECT_FALSE(list.contains(our_key().public_key));
}

TEST(AccessLists, are_read_as_they_are_written) {
  AccessList list({our_key().public_key, make_signing_key().public_key});
  EXPECT_EQ(AccessList::parse(list.text()).text(), list.text());
  EXPECT_TRUE(AccessList::parse(list.text()).contains(our_key().public_key));
  EXPECT_EQ(AccessList::parse(AccessList().text()).text(), AccessList().text());
}

/// What the real thing writes: an access list, and a signature of "x".
constexpr auto guix_list = R"((acl 
 (entry 
  (public-key 
   (ecc 
    (curve Ed25519)
    (q #495F46FA60198664F9247FC066B7299DE3076CFA3A78884147CFC01BAEDFC32C#)
    )
   )
  (tag 
   (guix import)
   )
  )
 )
)";
constexpr auto guix_signature = R"((signature 
 (data 
  (flags rfc6979)
  (hash sha256 #2D711642B726B04401627CA9FBAC32F5C8530FB1903CC4DB02258717921A4881#)
  )
 (sig-val 
  (ecdsa 
   (r #08D0356374D800DDA2348EFBF326C81A408D7D38894EC372B054CBB88221945D#)
   (s #035E53A0F4455EBEDED195A1B76069A1A72EFAD4D4783A6B8A7136208CCF432D#)
   )
  )
 (public-key 
  (ecc 
   (curve Ed25519)
   (q #495F46FA60198664F9247FC066B7299DE3076CFA3A78884147CFC01BAEDFC32C#)
   )
  )
 )
)";

TEST(GuixSignatures, are_accepted_if_they_are_good) {
  AccessList accepted = AccessList::parse(guix_list);
  check_signature(guix_signature, hash_of("x"), accepted);
  EXPECT_THAT(refusal(guix_signature, hash_of("y"), accepted), HasSubstr("something else"));
  std::string changed = guix_signature;
  changed[changed.find("08D0")] = '1';
  EXPECT_THAT(refusal(changed, hash_of("x"), accepted), HasSubstr("invalid"));
}

class Keys : public testing::Test {
 protected:
  Keys() : directory_("nacre-keys-test"), layout_(StoreLayout::under(directory_.path())) {}

  std::string file(const std::string& name) { return layout_.configuration + "/" + name; }

  TemporaryDirectory directory_;
  StoreLayout layout_;
};

TEST_F(Keys, a_store_without_a_key_says_so) {
  EXPECT_THROW(load_signing_key(layout_.configuration), Error);
  EXPECT_FALSE(load_access_list(layout_.configuration).contains(our_key().public_key));
}

TEST_F(Keys, a_secret_that_others_can_read_is_not_used) {
  generate_signing_key(layout_.configuration);
  EXPECT_EQ(lstat_file(file("signing-key.sec")).st_mode & 0777, 0400u);
  chmod(file("signing-key.sec").c_str(), 0440);
  EXPECT_THROW(load_signing_key(layout_.configuration), Error);
}

TEST_F(Keys, a_key_is_never_replaced) {
  generate_signing_key(layout_.configuration);
  std::string before = read_file(file("signing-key.sec"));
  EXPECT_THROW(generate_signing_key(layout_.configuration), Error);
  EXPECT_EQ(read_file(file("signing-key.sec")), before);
}

TEST_F(Keys, errors_in_files_name_the_file) {
  generate_signing_key(layout_.configuration);
  write_file_atomically(file("acl"), "(nonsense");
  try {
    load_access_list(layout_.configuration);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/acl"));
  }
}

TEST_F(Keys, a_store_trusts_its_own_key_until_it_has_a_list) {
  generate_signing_key(layout_.configuration);
  Sexp own = load_signing_key(layout_.configuration).public_key;
  EXPECT_TRUE(load_access_list(layout_.configuration).contains(own));
  authorize_key(layout_.configuration, our_key().public_key);
  EXPECT_TRUE(load_access_list(layout_.configuration).contains(own));
  EXPECT_TRUE(load_access_list(layout_.configuration).contains(our_key().public_key));
  write_file_atomically(file("acl"), "(acl)");
  EXPECT_FALSE(load_access_list(layout_.configuration).contains(own));
}

TEST_F(Keys, what_a_store_signs_it_accepts) {
  generate_signing_key(layout_.configuration);
  store_signature_check(layout_.configuration)(store_signer(layout_.configuration)(hash_of("x")),
                                               hash_of("x"));
  EXPECT_THROW(store_signature_check(layout_.configuration)(
                   store_signer(layout_.configuration)(hash_of("x")), hash_of("y")),
               Error);
}

}  // namespace
}  // namespace nacre
