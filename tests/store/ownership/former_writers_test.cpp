#include "store/ownership/former_writers.h"

#include <gtest/gtest.h>

#include "store/log_sink.h"

namespace store::ownership {
namespace {

using batching::kafka::wire::producer_identity;

TEST(FormerWritersTest, AnOwnerOfTheLogIsToBeFencedUntilItIs) {
  former_writers w;
  EXPECT_FALSE(w.other_than(9));
  w.on_marker({7, 3});
  w.on_records({7, 5});
  EXPECT_EQ(w.other_than(9), (producer_identity{7, 5}));
  EXPECT_FALSE(w.other_than(7)) << "it is ourselves";
  w.on_fence({7, 5});
  EXPECT_FALSE(w.other_than(9));
  w.on_marker({7, 8});
  EXPECT_EQ(w.other_than(9), (producer_identity{7, 8})) << "it came back";
  w.on_fence({7, 6});
  EXPECT_EQ(w.other_than(9), (producer_identity{7, 8})) << "a fence below its epoch fences nothing";
}

TEST(FormerWritersTest, WhoHasNoMarkerWasNoOwner) {
  former_writers w;
  w.on_records({7, 5});
  EXPECT_FALSE(w.other_than(9));
}

TEST(FormerWritersTest, BeyondTheLastEpochThereIsNothingToFenceWith) {
  former_writers w;
  w.on_marker({7, 32'767});
  EXPECT_FALSE(w.other_than(9));
}

TEST(FormerWritersTest, TheNoteKeepsThemAndIsBounded) {
  former_writers w;
  for (std::int64_t id = 0; id < 40; ++id) w.on_marker({INT64_MAX - id, 32'766});
  EXPECT_LE(w.note().size(), note_bytes_max);
  former_writers again(w.note());
  EXPECT_EQ(again.note(), w.note());
  EXPECT_EQ(again.other_than(-1), (producer_identity{INT64_MAX - 24, 32'766})) << "the oldest ones were forgotten";
  EXPECT_EQ(former_writers("x").note(), "");
  EXPECT_EQ(former_writers("7:3,8:").note(), "7:3,");
  EXPECT_EQ(former_writers("7:99999,").note(), "");
}

}  // namespace
}  // namespace store::ownership
