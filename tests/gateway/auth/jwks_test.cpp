#include "gateway/auth/jwks.h"

#include <gtest/gtest.h>

#include "tests/gateway/auth/issuer.h"

namespace gateway::auth::test {
namespace {

using kind = issuer_key::kind;

TEST(KeySetTest, KeysOfOtherKindsAndUsesAreLeftOut) {
  const issuer_key p(kind::p256, "p");
  const issuer_key q(kind::p384, "q");
  const auto read =
      key_set::read(key_set_of({p.jwk(R"(,"use":"sig","alg":"ES256")"), q.jwk(), p.jwk(R"(,"use":"enc")"),
                                p.jwk(R"(,"alg":"ES384")"), R"({"kty":"oct","k":"c2VjcmV0","kid":"s"})"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1U);
  EXPECT_EQ(read->left_out(), 4U);
  EXPECT_NE(read->find("p", algorithm::es256), nullptr);
  EXPECT_EQ(read->find("s", algorithm::rs256), nullptr);
}

TEST(KeySetTest, WeakAndBrokenKeysAreIgnoredAndSaid) {
  const issuer_key weak(kind::rsa, "w", 1024);
  const issuer_key good(kind::p256, "p");
  const std::string off = base64url(std::string(32, '\1'));
  const auto read = key_set::read(
      key_set_of({weak.jwk(), R"({"kty":"EC","crv":"P-256","kid":"b","x":")" + off + R"(","y":")" + off + "\"}",
                  R"({"kty":"RSA","kid":"n"})", good.jwk()}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 1U);
  EXPECT_NE(read->find("p", algorithm::es256), nullptr);
  EXPECT_EQ(read->find("w", algorithm::rs256), nullptr);
  EXPECT_EQ(read->ignored(), (std::vector<std::string>{"key 'w' has 1024 bits: RSA keys of 2048 to 8192 bits are taken",
                                                       "key 'b' is broken: its numbers make no public key",
                                                       "key 'n' is broken: its numbers make no public key"}));
}

TEST(KeySetTest, ASetOfWeakAndBrokenKeysAloneIsRefused) {
  const issuer_key weak(kind::rsa, "w", 1024);
  const auto read = key_set::read(key_set_of({weak.jwk()}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().text, "key 'w' has 1024 bits: RSA keys of 2048 to 8192 bits are taken");
  EXPECT_FALSE(key_set::read(key_set_of({R"({"kty":"RSA","kid":"b","n":"","e":"AQAB"})"})));
  EXPECT_FALSE(key_set::read(key_set_of({R"({"kty":"OKP","crv":"Ed25519","kid":"b","x":"AAAA"})"})));
  // A point that is not on the curve.
  const std::string off = base64url(std::string(32, '\1'));
  EXPECT_FALSE(
      key_set::read(key_set_of({R"({"kty":"EC","crv":"P-256","kid":"b","x":")" + off + R"(","y":")" + off + "\"}"})));
}

TEST(KeySetTest, WhatIsNoSetIsRefused) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1]})", "<html>"})
    EXPECT_FALSE(key_set::read(text)) << text;
  std::string many = R"({"keys":[{})";
  for (int i = 0; i < 64; ++i) many += ",{}";
  EXPECT_EQ(key_set::read(many + "]}").error().text, "has more than 64 keys");
}

TEST(KeySetTest, ATokenWithoutIdNeedsTheOnlyKeyOfItsAlgorithm) {
  const issuer_key one(kind::p256, "one");
  const issuer_key two(kind::p256, "two");
  const auto both = key_set::read(key_set_of({one.jwk(), two.jwk()}));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->find("", algorithm::es256), nullptr);
  EXPECT_NE(both->find("two", algorithm::es256), nullptr);
}

}  // namespace
}  // namespace gateway::auth::test
