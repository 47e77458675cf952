#include "gateway/auth/key_file.h"

#include <gtest/gtest.h>

namespace gateway::auth::test {
namespace {

std::string entry(const std::string& id, const std::string& hash_size_64 = std::string(64, 'a')) {
  return "  - {id: " + id + ", tenant: shop, hash: 'sha256:00112233445566778899aabbccddeeff:" + hash_size_64 + "'}\n";
}

TEST(KeyFileTest, WhatIsWrittenReadsBack) {
  key_table keys;
  for (const char* note : {"", "laptop: of \"A\" # 1", "x"}) {
    api_key key = new_api_key("shop", "2026-11-28T04:00:00Z", note).kept;
    key.revoked = *note == 'x' ? "2026-11-29T00:00:00Z" : "";
    keys.emplace(key.id, key);
  }
  const auto read = read_keys(write_keys(keys));
  ASSERT_TRUE(read) << read.error().text;
  ASSERT_EQ(read->size(), 3U);
  for (const auto& [id, key] : keys) {
    const api_key& again = read->at(id);
    EXPECT_EQ(again.tenant, key.tenant);
    EXPECT_EQ(again.salt, key.salt);
    EXPECT_EQ(again.hash, key.hash);
    EXPECT_EQ(again.note, key.note);
    EXPECT_EQ(again.revoked, key.revoked);
    EXPECT_EQ(again.created, key.created);
  }
}

TEST(KeyFileTest, AnEmptyFileHasNoKeys) {
  EXPECT_TRUE(read_keys("")->empty());
  EXPECT_TRUE(read_keys("keys:\n")->empty());
  EXPECT_TRUE(read_keys("keys: []\n")->empty());
}

TEST(KeyFileTest, OneWrongEntrySpoilsTheFile) {
  const auto error_of = [](const std::string& text) {
    const auto read = read_keys(text);
    return read ? "" : read.error().text;
  };
  EXPECT_EQ(error_of("keys:\n" + entry("a") + entry("a")), "line 3: this id is there twice: keep one");
  EXPECT_EQ(error_of("keys:\n" + entry("a", "aa")),
            "line 2: hash must be sha256:SALT:HASH in hex, as `headgate key new` writes it");
  EXPECT_EQ(error_of("keys:\n" + entry("a", std::string(64, 'A'))),
            "line 2: hash must be sha256:SALT:HASH in hex, as `headgate key new` writes it");
  EXPECT_EQ(error_of("keys:\n  - {id: a}\n"), "line 2: an entry needs id, tenant and hash");
  EXPECT_EQ(error_of("keys:\n  - {id: a, secret: b}\n"), "line 2: there is no such key as 'secret'");
  EXPECT_EQ(error_of("key: []\n"), "line 1: a file of keys has `keys:` and nothing else");
  EXPECT_NE(error_of("keys: [\n"), "");
}

}  // namespace
}  // namespace gateway::auth::test
