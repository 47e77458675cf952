#include "store/index_keys.h"

#include <gtest/gtest.h>

namespace store {
namespace {

TEST(IndexKeysTest, EventsOfOneAggregateAreNeighboursInOrder) {
  const index_keys of = keys_of("carts", 3);
  const auto key = [&](std::string_view aggregate, std::uint64_t version) {
    std::string k = events_key(of, aggregate);
    append_version(k, version);
    return k;
  };
  EXPECT_LT(key("a", 255), key("a", 256));
  EXPECT_LT(key("a", 1), key("a", ~0ULL));
  EXPECT_EQ(version_in(key("a", 0x0102030405060708)), 0x0102030405060708U);
  // An aggregate whose name goes on where another's version stands is not among that one's events.
  const std::string other = key(std::string("a\0\0\0\0\0\0\0\1", 9), 1);
  EXPECT_FALSE(other.starts_with(events_key(of, "a")));
}

TEST(IndexKeysTest, PartitionsAndTopicsDoNotMeet) {
  EXPECT_FALSE(keys_of("carts", 1).events.starts_with(keys_of("cart", 1).events));
  EXPECT_NE(keys_of("carts", 1).heads, keys_of("carts", 256).heads);
  const std::string last = keys_of("carts", 255).events;
  EXPECT_LT(last + std::string(300, '\xff'), end_of(last));
  EXPECT_LE(end_of(last), keys_of("carts", 256).events);
}

TEST(IndexKeysTest, EventsComeBackAsTheyWere) {
  std::string bytes;
  encode_event({9, 900, 1234, "id-1", R"({"n":1})"}, bytes);
  const auto e = decode_event(9, bytes);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->version, 9U);
  EXPECT_EQ(e->offset, 900);
  EXPECT_EQ(e->timestamp_ms, 1234);
  EXPECT_EQ(e->id, "id-1");
  EXPECT_EQ(e->value, R"({"n":1})");
}

TEST(IndexKeysTest, AnEventCutAnywhereBeforeItsValueIsNone) {
  std::string bytes;
  encode_event({1, 2, 3, "id", ""}, bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_event(1, std::string_view(bytes).substr(0, n))) << n;
}

TEST(IndexKeysTest, HeadsComeBackWithTheirLastIds) {
  for (const int events : {0, 1, 31, 32, 33, 100}) {
    aggregate_head head;
    for (int i = 0; i < events; ++i) head.add("id-" + std::to_string(i));
    std::string bytes;
    encode_head(head, bytes);
    const auto read = decode_head(bytes);
    ASSERT_TRUE(read) << events;
    EXPECT_EQ(read->version, static_cast<std::uint64_t>(events));
    for (std::uint64_t v = head.oldest_recent(); v <= head.version; ++v) EXPECT_EQ(read->hash_of(v), head.hash_of(v));
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      const bool is_short_form = n == sizeof head.version;
      EXPECT_EQ(decode_head(std::string_view(bytes).substr(0, n)).has_value(), is_short_form) << n;
    }
  }
}

TEST(IndexKeysTest, HeadsWithoutIdsAreShort) {
  aggregate_head head;
  for (int i = 0; i < 40; ++i) head.add({});
  std::string bytes;
  encode_head(head, bytes);
  EXPECT_EQ(bytes.size(), sizeof head.version);
  EXPECT_EQ(decode_head(bytes)->version, 40U);
}

TEST(IndexKeysTest, PositionsComeBackWithTheirNote) {
  const log_position at{77, std::string("x\0y", 3)};
  EXPECT_EQ(decode_position(encode_position(at))->next_offset, 77);
  EXPECT_EQ(decode_position(encode_position(at))->note, at.note);
  EXPECT_FALSE(decode_position("short"));
}

}  // namespace
}  // namespace store
