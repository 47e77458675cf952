#include "gateway/net/arrival_rate.h"

#include <gtest/gtest.h>

namespace gateway::net::test {
namespace {

using namespace std::chrono_literals;
using time_point = batching::clock::time_point;

// `ready` sockets every `gap`, for `during`.
time_point feed(arrival_rate& rate, time_point from, std::size_t ready, std::chrono::microseconds gap,
                std::chrono::milliseconds during) {
  const auto until = from + during;
  for (; from < until; from += gap) rate.add(ready, from);
  return from;
}

const time_point start = time_point{} + 1h;

TEST(ArrivalRateTest, AFewRequestsNeverWait) {
  arrival_rate rate;
  EXPECT_EQ(rate.pause(), 0us);
  feed(rate, start, 1, 100us, 100ms);  // 10,000 a second: 3 would come within the pause
  EXPECT_EQ(rate.pause(), 0us);
}

TEST(ArrivalRateTest, ManyWaitForEachOther) {
  arrival_rate rate;
  feed(rate, start, 1, 20us, 100ms);  // 50,000 a second
  EXPECT_EQ(rate.pause(), arrival_rate::pause_max);
}

TEST(ArrivalRateTest, TheBoundIsWhereCompanyComesWithinThePause) {
  const auto paused_at = [](std::size_t ready) {
    arrival_rate rate;
    feed(rate, start, ready, arrival_rate::pause_max, 100ms);
    return rate.pause() > 0us;
  };
  EXPECT_FALSE(paused_at(arrival_rate::company - 1));
  EXPECT_TRUE(paused_at(arrival_rate::company));
}

TEST(ArrivalRateTest, SilenceEndsThePauses) {
  arrival_rate rate;
  auto now = feed(rate, start, 10, 100us, 100ms);
  ASSERT_GT(rate.pause(), 0us);
  now = feed(rate, now, 0, 300us, 25ms);  // two windows: the first began before
  EXPECT_EQ(rate.pause(), 0us);
  rate.add(100, now + 1h);  // a burst after a long time is no stream
  EXPECT_EQ(rate.pause(), 0us);
}

}  // namespace
}  // namespace gateway::net::test
