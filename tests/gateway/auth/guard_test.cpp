#include "gateway/auth/guard.h"

#include <gmock/gmock.h>

#include <map>

#include "gateway/auth/api_key.h"
#include "metrics/events.h"
#include "tests/gateway/auth/issuer.h"

namespace gateway::auth::test {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t wall = 1'700'000'000;
const guard::steady start{5000s};

/// Files and addresses as a map; counts how often it was asked.
class written : public outside {
 public:
  explicit written(std::map<std::string, std::string>& texts, int& asked) : texts_(&texts), asked_(&asked) {}
  document read(const std::string& name, const std::string& unless) override {
    ++*asked_;
    const auto found = texts_->find(name);
    if (found == texts_->end()) return {{}, "cannot be read", {}, false};
    const std::string stamp = std::to_string(std::hash<std::string>()(found->second));
    return {stamp == unless ? std::string() : found->second, {}, stamp, false};
  }

 private:
  std::map<std::string, std::string>* texts_;
  int* asked_;
};

class GuardTest : public testing::Test {
 protected:
  GuardTest() {
    settings_.api_keys_file = "keys";
    settings_.jwt.emplace();
    settings_.jwt->issuer = "i";
    settings_.jwt->audiences = {"a"};
    settings_.jwt->jwks = "http://jwks";
    settings_.certificates = config::tenant_from::common_name;
    keep(shop_);
    texts_["http://jwks"] = key_set_of({issuer_.jwk()});
  }

  void keep(const fresh_key& key) {
    table_[key.kept.id] = key.kept;
    texts_["keys"] = write_keys(table_);
  }
  void revoke(const fresh_key& key) {
    table_[key.kept.id].revoked = "today";
    texts_["keys"] = write_keys(table_);
  }
  guard& start_guard() {
    authority_.emplace(settings_, tenants_, std::make_unique<written>(texts_, asked_));
    authority_->look(now_);
    return guard_.emplace(&*authority_);
  }
  denial why(const credentials& c, const peer& from = {}) { return guard_->check(c, from, now_, wall_).why; }
  denial why(const std::string& authorization) { return why(credentials{.authorization = authorization}); }
  std::string tenant_of(const credentials& c, const peer& from = {}) {
    const login l = guard_->check(c, from, now_, wall_);
    return l.who.of ? l.who.of->name() : std::string(name(l.why));
  }
  std::string token(const std::string& tenant, std::int64_t exp = wall + 60) const {
    return issuer_.token(R"({"alg":"ES256","kid":"p"})",
                         R"({"iss":"i","aud":"a","tenant":")" + tenant + R"(","exp":)" + std::to_string(exp) + "}");
  }

  const issuer_key issuer_{issuer_key::kind::p256, "p"};
  const fresh_key shop_ = new_api_key("shop", "", "");
  const std::string bearer_ = "Bearer " + shop_.shown;
  key_table table_;
  std::map<std::string, std::string> texts_;
  int asked_ = 0;
  config::auth_settings settings_;
  std::vector<config::tenant_settings> tenants_{{"shop", {"orders"}, {}, {}}, {"public", {"clicks"}, {}, {}}};
  std::optional<authority> authority_;
  std::optional<guard> guard_;
  guard::steady now_ = start;
  std::int64_t wall_ = wall;
};

TEST_F(GuardTest, AWeakKeyOfTheIssuerIsIgnoredByNameAndTheOthersHold) {
  const issuer_key weak(issuer_key::kind::rsa, "w", 1024);
  texts_["http://jwks"] = key_set_of({weak.jwk(), issuer_.jwk()});
  const auto before = metrics::happened_total(metrics::happening::setup_weak);
  start_guard();
  EXPECT_EQ(tenant_of({.authorization = "Bearer " + token("shop")}), "shop");
  EXPECT_EQ(metrics::happened_total(metrics::happening::setup_weak), before + 1);
}

TEST_F(GuardTest, WithoutAuthNobodyIsAsked) {
  guard open(nullptr);
  const login l = open.check({}, {}, start, wall);
  EXPECT_EQ(l.why, denial::none);
  EXPECT_EQ(l.who.of, nullptr);
}

TEST_F(GuardTest, AKeyIsTakenInEachOfItsPlaces) {
  start_guard();
  const std::string bearer = "Bearer " + shop_.shown;
  const std::string small = "bearer  " + shop_.shown;
  const std::string basic = "Basic " + base64("anybody:" + shop_.shown);
  const std::string as_user = "Basic " + base64(shop_.shown + ":");
  EXPECT_EQ(tenant_of({.authorization = bearer}), "shop");
  EXPECT_EQ(tenant_of({.authorization = small}), "shop");
  EXPECT_EQ(tenant_of({.authorization = basic}), "shop");
  EXPECT_EQ(tenant_of({.authorization = as_user}), "shop");
  EXPECT_EQ(tenant_of({.api_key = shop_.shown}), "shop");
  EXPECT_EQ(tenant_of({.bare = shop_.shown}), "shop");
  EXPECT_EQ(tenant_of({.bare = bearer}), "malformed") << "a place without schemes";
}

TEST_F(GuardTest, WhatIsNoGoodCredentialIsRefusedForItsReason) {
  start_guard();
  std::string wrong = shop_.shown;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(why(""), denial::no_credential);
  EXPECT_EQ(why("Bearer " + wrong), denial::unknown_key);
  EXPECT_EQ(why("Bearer " + new_api_key("shop", "", "").shown), denial::unknown_key);
  EXPECT_EQ(why("Bearer x"), denial::malformed);
  EXPECT_EQ(why("Bearer "), denial::malformed);
  EXPECT_EQ(why("Digest x"), denial::malformed);
  EXPECT_EQ(why("Basic !"), denial::malformed);
  EXPECT_EQ(why("Bearer " + std::string(20'000, 'a')), denial::malformed);
  const std::string bearer = "Bearer " + shop_.shown;
  EXPECT_EQ(why(credentials{.authorization = bearer, .api_key = shop_.shown}), denial::malformed) << "two at once";
  EXPECT_EQ(why(credentials{.authorization = bearer, .is_ambiguous = true}), denial::malformed) << "one of them twice";
}

TEST_F(GuardTest, ARevokedKeyIsRefusedOnceTheFileIsReadAgain) {
  start_guard();
  ASSERT_EQ(why("Bearer " + shop_.shown), denial::none);
  const identity before = guard_->check({.authorization = bearer_}, {}, now_, wall_).is;
  revoke(shop_);
  ASSERT_EQ(why("Bearer " + shop_.shown), denial::none) << "nobody has looked yet";
  authority_->look(now_);
  EXPECT_EQ(why("Bearer " + shop_.shown), denial::revoked_key);
  EXPECT_EQ(guard_->check(before, wall_).why, denial::revoked_key) << "a connection that logged in before";
}

TEST_F(GuardTest, ABrokenFileChangesNothing) {
  start_guard();
  texts_["keys"] = "keys: [\n";
  authority_->look(now_);
  EXPECT_EQ(why("Bearer " + shop_.shown), denial::none);
  texts_.erase("keys");
  authority_->look(now_);
  EXPECT_EQ(why("Bearer " + shop_.shown), denial::none);
}

TEST_F(GuardTest, ATokenIsRememberedUntilItExpires) {
  start_guard();
  const std::string text = "Bearer " + token("shop");
  EXPECT_EQ(tenant_of({.authorization = text}), "shop");
  EXPECT_EQ(authority_->counts().checked, 1U);
  EXPECT_EQ(tenant_of({.authorization = text}), "shop");
  EXPECT_EQ(authority_->counts().checked, 1U) << "the signature is checked once";
  wall_ += 60 + 30;
  EXPECT_EQ(why(text), denial::expired);
}

TEST_F(GuardTest, ATokenOfASigningKeyThatWentIsRefusedAtOnce) {
  start_guard();
  const std::string text = "Bearer " + token("shop");
  ASSERT_EQ(why(text), denial::none);
  const issuer_key next(issuer_key::kind::p256, "next");
  texts_["http://jwks"] = key_set_of({next.jwk()});
  now_ += 301s;
  authority_->look(now_);
  EXPECT_EQ(why(text), denial::unknown_signing_key);
}

TEST_F(GuardTest, UnknownKeyIdsAskTheIssuerAgainButNotOften) {
  start_guard();
  const issuer_key next(issuer_key::kind::p256, "next");
  const std::string text = "Bearer " + next.token(R"({"alg":"ES256","kid":"next"})",
                                                  R"({"iss":"i","aud":"a","tenant":"shop","exp":1700000060})");
  texts_["http://jwks"] = key_set_of({issuer_.jwk(), next.jwk()});
  asked_ = 0;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(why(text), denial::unknown_signing_key);
    now_ += 100ms;
    authority_->look(now_);
  }
  EXPECT_EQ(asked_, 50) << "the file of keys each time, the issuer not yet";
  now_ += 6s;
  authority_->look(now_);
  EXPECT_EQ(asked_, 52);
  EXPECT_EQ(why(text), denial::none);
}

TEST_F(GuardTest, WithoutTheIssuersKeysItIsOurFault) {
  texts_.erase("http://jwks");
  start_guard();
  for (int i = 0; i < 2 * failure_limit::burst; ++i)
    ASSERT_EQ(why("Bearer " + token("shop")), denial::signing_keys_missing);
}

TEST_F(GuardTest, ATokenOfATenantThatIsNotThereIsRefused) {
  start_guard();
  EXPECT_EQ(why("Bearer " + token("nobody")), denial::unknown_tenant);
}

TEST_F(GuardTest, WhoBringsNothingIsAnonymousIfThatIsConfigured) {
  settings_.anonymous = "public";
  start_guard();
  EXPECT_EQ(tenant_of({}), "public");
  EXPECT_EQ(why("Bearer nonsense"), denial::malformed) << "a wrong credential is not none";
}

TEST_F(GuardTest, ACertificateIsACredential) {
  start_guard();
  peer p;
  p.certificate = std::make_shared<const certificate_names>(certificate_names{"shop", {"public"}});
  EXPECT_EQ(tenant_of({}, p), "shop");
  p.certificate = std::make_shared<const certificate_names>(certificate_names{"x", {"shop"}});
  EXPECT_EQ(tenant_of({}, p), "unknown_certificate");
  settings_.certificates = config::tenant_from::alternative_name;
  start_guard();
  EXPECT_EQ(tenant_of({}, p), "shop");
  settings_.certificates = config::tenant_from::map;
  settings_.certificate_map = {{"x", "public"}};
  start_guard();
  EXPECT_EQ(tenant_of({}, p), "public");
}

TEST_F(GuardTest, ATenantThatIsTakenAwayLosesItsRightsAtOnce) {
  start_guard();
  ASSERT_EQ(tenant_of({.authorization = bearer_}), "shop");
  authority_->set(settings_, {tenants_[1]});
  EXPECT_EQ(why("Bearer " + shop_.shown), denial::unknown_tenant);
}

TEST_F(GuardTest, AnAddressThatFailsTooOftenIsNotLookedAtButKnownCredentialsAre) {
  start_guard();
  ASSERT_EQ(why("Bearer " + shop_.shown), denial::none);
  for (int i = 0; i < failure_limit::burst; ++i) ASSERT_EQ(why("Bearer x" + std::to_string(i)), denial::malformed);
  EXPECT_EQ(why("Bearer x"), denial::too_many_failures);
  EXPECT_EQ(why("Bearer " + shop_.shown), denial::none);
  const fresh_key another = new_api_key("shop", "", "");
  keep(another);
  authority_->look(now_);
  EXPECT_EQ(why("Bearer " + another.shown), denial::too_many_failures);
  now_ += 1s;
  EXPECT_EQ(why("Bearer " + another.shown), denial::none);
  EXPECT_EQ(authority_->counts().refused[static_cast<std::size_t>(denial::malformed)],
            static_cast<std::uint64_t>(failure_limit::burst));
}

TEST_F(GuardTest, ItRemembersABoundedNumberOfCredentials) {
  for (int i = 0; i < 40; ++i) keep(new_api_key("shop", "", ""));
  start_guard();
  for (std::size_t i = 0; i < guard::remembered_max + 100; ++i)
    ASSERT_EQ(why("Bearer" + std::string(1 + i % 4000, ' ') + shop_.shown), denial::none);
  EXPECT_LE(guard_->remembered(), guard::remembered_max);
}

}  // namespace
}  // namespace gateway::auth::test
