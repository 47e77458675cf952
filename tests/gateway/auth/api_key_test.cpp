#include "gateway/auth/api_key.h"

#include <gtest/gtest.h>

#include <set>

namespace gateway::auth::test {
namespace {

TEST(ApiKeyTest, WhatIsShownIsReadBackAndMatchesWhatIsKept) {
  const fresh_key made = new_api_key("shop", "2026-11-28", "");
  const auto read = read_key_text(made.shown);
  ASSERT_TRUE(read) << made.shown;
  EXPECT_EQ(read->id, made.kept.id);
  EXPECT_TRUE(made.kept.has(read->secret));
  EXPECT_EQ(made.kept.weakness(), "");
  EXPECT_EQ(made.kept.hash.find(read->secret), std::string::npos);
}

TEST(ApiKeyTest, AnotherSecretIsNotIt) {
  const fresh_key made = new_api_key("shop", "", "");
  std::string wrong(read_key_text(made.shown)->secret);
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  EXPECT_FALSE(made.kept.has(wrong));
  EXPECT_FALSE(made.kept.has(""));
}

TEST(ApiKeyTest, NoTwoKeysAreTheSame) {
  std::set<std::string> ids;
  std::set<std::string> salts;
  for (int i = 0; i < 200; ++i) {
    const fresh_key made = new_api_key("shop", "", "");
    EXPECT_TRUE(ids.insert(made.kept.id).second);
    EXPECT_TRUE(salts.insert(made.kept.salt).second);
  }
}

TEST(ApiKeyTest, OtherFormsAreNoKeys) {
  const std::string good = new_api_key("shop", "", "").shown;
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(read_key_text(good.substr(0, size)));
  EXPECT_FALSE(read_key_text(good + "a"));
  EXPECT_FALSE(read_key_text("x" + good.substr(1)));
  std::string odd = good;
  odd.back() = '"';
  EXPECT_FALSE(read_key_text(odd));
}

}  // namespace
}  // namespace gateway::auth::test
