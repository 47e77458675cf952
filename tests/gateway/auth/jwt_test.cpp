#include "gateway/auth/jwt.h"

#include <gtest/gtest.h>

#include "tests/gateway/auth/issuer.h"

namespace gateway::auth::test {
namespace {

using kind = issuer_key::kind;

constexpr std::int64_t now = 1'700'000'000;

const issuer_key& rsa() {
  static const issuer_key key(kind::rsa, "r");
  return key;
}
const issuer_key& p256() {
  static const issuer_key key(kind::p256, "p");
  return key;
}
const issuer_key& ed() {
  static const issuer_key key(kind::ed25519, "e");
  return key;
}
const issuer_key& stranger() {
  static const issuer_key key(kind::rsa, "r");
  return key;
}

const key_set& keys() {
  static const auto read = key_set::read(key_set_of({rsa().jwk(), p256().jwk(), ed().jwk()}));
  return *read;
}

config::jwt_settings rules() {
  config::jwt_settings out;
  out.issuer = "https://login.example";
  out.audiences = {"headgate", "other"};
  out.jwks = "k";
  out.leeway = std::chrono::seconds(30);
  return out;
}

std::string body(const std::string& more = "", std::int64_t exp = now + 60) {
  return R"({"iss":"https://login.example","aud":"headgate","tenant":"shop","exp":)" + std::to_string(exp) + more + "}";
}

denial why(const std::string& token, std::int64_t at = now) {
  const auto read = check_jwt(token, keys(), rules(), at);
  return read ? denial::none : read.error();
}

TEST(JwtTest, EachAlgorithmIsTakenWithItsOwnKey) {
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r","typ":"JWT"})", body())), denial::none);
  EXPECT_EQ(why(p256().token(R"({"alg":"ES256","kid":"p"})", body())), denial::none);
  EXPECT_EQ(why(ed().token(R"({"alg":"EdDSA","kid":"e","typ":"at+jwt"})", body())), denial::none);
  EXPECT_EQ(why(p256().token(R"({"alg":"ES256"})", body())), denial::none) << "the only key of that algorithm";
  const auto read = check_jwt(rsa().token(R"({"alg":"RS256","kid":"r"})", body()), keys(), rules(), now);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tenant, "shop");
  EXPECT_EQ(read->expires, now + 90);
}

TEST(JwtTest, NoneIsNoAlgorithm) {
  const std::string text = base64url(R"({"alg":"none"})") + "." + base64url(body()) + ".";
  EXPECT_EQ(why(text), denial::unsupported_algorithm);
  for (const char* alg : {"none", "None", "nOnE", "NONE", "", "HS256", "RS512", "PS256", "ES384", "rs256", "RS256 "})
    EXPECT_EQ(why(rsa().token(std::string(R"({"alg":")") + alg + R"(","kid":"r"})", body())),
              denial::unsupported_algorithm)
        << alg;
}

TEST(JwtTest, AMissingSignatureIsNoSignature) {
  const std::string good = rsa().token(R"({"alg":"RS256","kid":"r"})", body());
  EXPECT_EQ(why(good.substr(0, good.rfind('.') + 1)), denial::malformed);
  EXPECT_EQ(why(good.substr(0, good.rfind('.'))), denial::malformed);
  EXPECT_EQ(why(good + ".x"), denial::malformed);
}

// The classic: the public key, which everybody has, taken as the secret of an HMAC.
TEST(JwtTest, APublicKeyIsNoSharedSecret) {
  for (const char* alg : {"HS256", "RS256"}) {
    const std::string text = base64url(std::string(R"({"alg":")") + alg + R"(","kid":"r"})") + "." + base64url(body());
    const std::string forged = text + "." + base64url(hmac_sha256(rsa().public_pem(), text));
    EXPECT_NE(why(forged), denial::none) << alg;
  }
}

TEST(JwtTest, AKeyIsForItsOwnAlgorithmOnly) {
  EXPECT_EQ(why(rsa().token(R"({"alg":"ES256","kid":"r"})", body())), denial::unknown_signing_key);
  EXPECT_EQ(why(p256().token(R"({"alg":"RS256","kid":"p"})", body())), denial::unknown_signing_key);
  EXPECT_EQ(why(ed().token(R"({"alg":"ES256","kid":"p"})", body())), denial::bad_signature);
}

TEST(JwtTest, OthersKeysAndChangedBytesAreNoticed) {
  EXPECT_EQ(why(stranger().token(R"({"alg":"RS256","kid":"r"})", body())), denial::bad_signature);
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"x"})", body())), denial::unknown_signing_key);
  for (const issuer_key* key : {&rsa(), &p256(), &ed()}) {
    const std::string head = key == &rsa()    ? R"({"alg":"RS256","kid":"r"})"
                             : key == &p256() ? R"({"alg":"ES256","kid":"p"})"
                                              : R"({"alg":"EdDSA","kid":"e"})";
    const std::string good = key->token(head, body());
    ASSERT_EQ(why(good), denial::none);
    for (std::size_t i = 0; i < good.size(); i += 7) {
      std::string changed = good;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_NE(why(changed), denial::none) << head << i;
    }
    for (std::size_t size = 0; size < good.size(); size += 5) EXPECT_NE(why(good.substr(0, size)), denial::none);
  }
}

// A key that the token itself brings, or an address of one, is the sender's own.
TEST(JwtTest, KeysInTheTokenAreNotLookedAt) {
  const std::string head = R"({"alg":"RS256","jwk":)" + stranger().jwk() + R"(,"jku":"https://evil.example/k"})";
  EXPECT_EQ(why(stranger().token(head, body())), denial::bad_signature);
}

TEST(JwtTest, ASignatureOfZerosIsNone) {
  const std::string text = base64url(R"({"alg":"ES256","kid":"p"})") + "." + base64url(body());
  EXPECT_EQ(why(text + "." + base64url(std::string(64, '\0'))), denial::bad_signature);
  EXPECT_EQ(why(text + "." + base64url(std::string(63, '\1'))), denial::bad_signature);
}

TEST(JwtTest, TimesAreCheckedWithTheLeeway) {
  const auto token = [](const std::string& b) { return rsa().token(R"({"alg":"RS256","kid":"r"})", b); };
  EXPECT_EQ(why(token(body("", now + 1)), now + 30), denial::none);
  EXPECT_EQ(why(token(body("", now + 1)), now + 31), denial::expired);
  EXPECT_EQ(why(token(body(R"(,"nbf":)" + std::to_string(now + 30)))), denial::none);
  EXPECT_EQ(why(token(body(R"(,"nbf":)" + std::to_string(now + 31)))), denial::not_yet_valid);
  EXPECT_EQ(why(token(body(R"(,"iat":)" + std::to_string(now + 31)))), denial::not_yet_valid);
  EXPECT_EQ(why(token(body(R"(,"nbf":"soon")"))), denial::malformed);
  for (const char* exp : {"\"1\"", "-1", "1e300", "null", "[]"})
    EXPECT_EQ(why(token(R"({"iss":"https://login.example","aud":"headgate","tenant":"shop","exp":)" + std::string(exp) +
                        "}")),
              denial::malformed)
        << exp;
  EXPECT_EQ(why(token(R"({"iss":"https://login.example","aud":"headgate","tenant":"shop"})")), denial::malformed);
}

TEST(JwtTest, IssuerAudienceAndTenantMustBeThere) {
  const auto with = [](const std::string& iss, const std::string& aud, const std::string& tenant) {
    return why(rsa().token(R"({"alg":"RS256","kid":"r"})", R"({"iss":)" + iss + R"(,"aud":)" + aud + R"(,"tenant":)" +
                                                               tenant + R"(,"exp":)" + std::to_string(now + 60) + "}"));
  };
  const std::string iss = R"("https://login.example")";
  EXPECT_EQ(with(iss, R"(["x","other"])", R"("shop")"), denial::none);
  EXPECT_EQ(with(R"("https://login.example/")", R"("headgate")", R"("shop")"), denial::wrong_issuer);
  EXPECT_EQ(with("null", R"("headgate")", R"("shop")"), denial::wrong_issuer);
  EXPECT_EQ(with(iss, R"("Headgate")", R"("shop")"), denial::wrong_audience);
  EXPECT_EQ(with(iss, "[]", R"("shop")"), denial::wrong_audience);
  EXPECT_EQ(with(iss, R"([["headgate"]])", R"("shop")"), denial::wrong_audience);
  EXPECT_EQ(with(iss, R"("headgate")", "7"), denial::unknown_tenant);
  EXPECT_EQ(with(iss, R"("headgate")", R"("")"), denial::unknown_tenant);
}

// One reader takes the first of two members, another the last.
TEST(JwtTest, RepeatedMembersAreRefused) {
  EXPECT_EQ(why(rsa().token(R"({"alg":"none","alg":"RS256","kid":"r"})", body())), denial::malformed);
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r"})", body(R"(,"tenant":"admin")"))), denial::malformed);
}

TEST(JwtTest, CriticalExtensionsAndOtherTokensAreRefused) {
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r","crit":["b64"],"b64":false})", body())), denial::malformed);
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r","typ":"logout+jwt"})", body())), denial::malformed);
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":7})", body())), denial::malformed);
  EXPECT_EQ(why(rsa().token(R"([])", body())), denial::malformed);
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r"})", "[]")), denial::malformed);
}

TEST(JwtTest, LongTokensAreRefusedUnread) {
  const std::string big = body(R"(,"x":")" + std::string(token_bytes_max, 'a') + '"');
  EXPECT_EQ(why(rsa().token(R"({"alg":"RS256","kid":"r"})", big)), denial::malformed);
}

TEST(JwtTest, AKeyIsNoToken) {
  EXPECT_FALSE(looks_like_jwt("hgk_abc_def"));
  EXPECT_FALSE(looks_like_jwt("a.b"));
  EXPECT_FALSE(looks_like_jwt("a.b.c.d"));
  EXPECT_FALSE(looks_like_jwt("a.b=.c"));
  EXPECT_TRUE(looks_like_jwt("a.b.c"));
}

}  // namespace
}  // namespace gateway::auth::test
