#include "batching/kafka/producer/produce_error.h"

#include <gtest/gtest.h>

#include <limits>

namespace batching::kafka::producer {
namespace {

TEST(ProduceErrorTest, NoErrorIsEverTakenForSuccess) {
  int successes = 0;
  for (int e = std::numeric_limits<std::int16_t>::min(); e <= std::numeric_limits<std::int16_t>::max(); ++e) {
    const verdict is = rule(static_cast<std::int16_t>(e)).is;
    if (is != verdict::persisted) continue;
    ++successes;
    EXPECT_EQ(e, 0);
  }
  EXPECT_EQ(successes, 1);
}

TEST(ProduceErrorTest, ErrorsOfAWrittenBatchAreNeverTakenForADenial) {
  for (const std::int16_t e : {-1, 3, 6, 7, 13, 20, 56}) {
    const verdict is = rule(e).is;
    EXPECT_TRUE(is == verdict::retry_written || is == verdict::unheard_of) << e;
  }
}

TEST(ProduceErrorTest, OnlyWhatIsWrongWithTheRecordMakesItHopeless) {
  EXPECT_TRUE(is_hopeless(rule(10).why));
  EXPECT_TRUE(is_hopeless(rule(87).why));
  EXPECT_FALSE(is_hopeless(rule(29).why)) << "rights can be given";
  EXPECT_FALSE(is_hopeless(rule(32).why)) << "clocks can be set";
}

}  // namespace
}  // namespace batching::kafka::producer
