#include "store/ownership/log_fetches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/store/ownership/owner.h"

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
using testing::error_code;
using testing::owner;

template <typename Number>
void put(std::string& to, Number value) {
  for (std::size_t i = sizeof value; i-- > 0;) to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

/// Three partitions: broker 1 leads two of them, nobody the third.
struct LogFetchesTest : ::testing::Test {
  LogFetchesTest() {
    batching::cluster c;
    for (const std::int32_t id : {1, 2}) c.brokers.push_back({id, "h", 9092});
    c.topics.push_back({true, false, {1, 1, -1}});
    reading.set_cluster(std::make_shared<const batching::cluster>(c));
    for (owner* o : {&first, &second, &third}) reading.add(o->owned);
  }
  bool next(std::int32_t broker) {
    bytes.clear();
    reading.plan(now);
    if (!reading.next_request(broker, now, 1000, bytes)) return false;
    correlation = static_cast<std::uint8_t>(bytes.view()[11]);
    return true;
  }
  /// Fetch 11: one partition.
  std::string answer(std::int32_t partition, error_code error, std::int64_t end, const std::string& batches,
                     std::int32_t throttle_ms = 0) const {
    std::string out;
    put(out, correlation);
    put(out, throttle_ms);
    put(out, std::int16_t{0});
    put(out, std::int32_t{0});  // session
    put(out, std::int32_t{1});
    put(out, std::int16_t{5});
    out += "carts";
    put(out, std::int32_t{1});
    put(out, partition);
    put(out, static_cast<std::int16_t>(error));
    put(out, end);
    put(out, end);              // last stable offset
    put(out, std::int64_t{0});  // log start
    put(out, std::int32_t{-1});
    put(out, std::int32_t{-1});  // preferred replica
    put(out, static_cast<std::int32_t>(batches.size()));
    return out + batches;
  }

  owner first{0}, second{1}, third{2};
  claim::time_point now{1000s};
  log_fetches reading{"me"};
  batching::kafka::wire::buffer bytes;
  std::int32_t correlation = 0;
};

TEST_F(LogFetchesTest, OneFetchAtATimeReadsAllPartitionsOfABroker) {
  EXPECT_TRUE(next(1));
  EXPECT_EQ(reading.brokers_needed(), std::vector<std::int32_t>{1});
  EXPECT_TRUE(reading.take_metadata_request()) << "nobody leads the third";
  EXPECT_FALSE(next(1)) << "its answer is awaited";
  EXPECT_FALSE(next(2));
  ASSERT_TRUE(reading.on_response(1, answer(1, error_code::none, 1, second.batch_at(0, {5, 0}, "x")), now));
  EXPECT_EQ(second.folded, std::vector<std::string>{"x"});
  EXPECT_TRUE(second.owned.status().has_caught_up);
  EXPECT_TRUE(first.folded.empty());
  EXPECT_TRUE(next(1));
}

TEST_F(LogFetchesTest, APartitionThatMovedAsksForMetadata) {
  ASSERT_TRUE(next(1));
  (void)reading.take_metadata_request();
  ASSERT_TRUE(reading.on_response(1, answer(0, error_code::not_leader_or_follower, -1, ""), now));
  EXPECT_TRUE(reading.take_metadata_request());
  EXPECT_FALSE(first.owned.wants_fetch(now)) << "not before a pause";
}

TEST_F(LogFetchesTest, ALostConnectionIsReadOverAgain) {
  ASSERT_TRUE(next(1));
  reading.on_lost(1, false);
  EXPECT_EQ(reading.requests_in_flight(1), 0U);
  EXPECT_TRUE(next(1));
}

// The new one reads from its own beginning: what lies further on would leave a gap in what it folds.
TEST_F(LogFetchesTest, APartitionThatWasClosedAndOpenedAgainDoesNotGetTheAnswersOfTheOneBefore) {
  ASSERT_TRUE(next(1));
  reading.remove(first.owned);
  owner again{0};
  reading.add(again.owned);
  ASSERT_TRUE(reading.on_response(1, answer(0, error_code::none, 9, again.batch_at(8, {5, 0}, "late")), now));
  EXPECT_TRUE(again.folded.empty());
  EXPECT_EQ(again.owned.fetch_from(), 0);
  EXPECT_TRUE(next(1)) << "it asks for itself";
}

TEST_F(LogFetchesTest, ASilentBrokerIsOverdue) {
  ASSERT_TRUE(next(1));
  EXPECT_FALSE(reading.is_overdue(1, now + log_fetches::answer_time_max));
  EXPECT_TRUE(reading.is_overdue(1, now + log_fetches::answer_time_max + 1ms));
}

TEST_F(LogFetchesTest, AThrottlingBrokerIsNotReadBeforeItsTimeIsOver) {
  ASSERT_TRUE(next(1));
  ASSERT_TRUE(reading.on_response(1, answer(0, error_code::none, 0, "", 2'000), now));
  EXPECT_FALSE(next(1));
  reading.on_lost(1, true);
  EXPECT_FALSE(next(1)) << "another connection would evade the quota";
  now += 2s;
  EXPECT_TRUE(next(1));
  ASSERT_NE(reading.terms_of(1), nullptr);
  EXPECT_EQ(reading.terms_of(1)->throttle(now), 2s) << "it is shown for a while";
}

TEST_F(LogFetchesTest, AnAnswerThatIsCutIsNoAnswer) {
  ASSERT_TRUE(next(1));
  const std::string whole = answer(0, error_code::none, 0, "");
  EXPECT_FALSE(reading.on_response(1, std::string_view(whole).substr(0, whole.size() - 3), now));
}

TEST_F(LogFetchesTest, WhoIsServedAndHasReadEverythingIsNotFetched) {
  first.serve();
  second.serve();
  now = std::max(first.now, second.now);
  EXPECT_FALSE(next(1)) << "an owner knows what it wrote";
}

}  // namespace
}  // namespace store::ownership
