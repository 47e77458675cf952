#include "store/ownership/broker_requests.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/batching/kafka/producer/request_reader.h"
#include "tests/store/ownership/owner.h"

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
using testing::error_code;
using testing::owner;

constexpr std::int16_t find_coordinator = 10, init_producer = 22, list_offsets = 2, produce = 0, add_partition = 24;

template <typename Number>
void put(std::string& to, Number value) {
  for (std::size_t i = sizeof value; i-- > 0;) to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

/// Two partitions of which broker 1 leads both; broker 2 coordinates.
struct BrokerRequestsTest : ::testing::Test {
  BrokerRequestsTest() {
    batching::cluster c;
    for (const std::int32_t id : {1, 2}) c.brokers.push_back({id, "h", 9092});
    c.topics.push_back({true, false, {1, 1}});
    asking.set_cluster(std::make_shared<const batching::cluster>(c));
    asking.add(first.owned);
    asking.add(second.owned);
  }
  /// The next request for a broker: which one, and its bytes in `bytes`. -1: there is none.
  std::int16_t next(std::int32_t broker) {
    bytes.clear();
    asking.plan(now);
    if (!asking.next_request(broker, now, 1000, bytes)) return -1;
    const std::string_view text = bytes.view();
    correlation = static_cast<std::uint8_t>(text[11]);
    return static_cast<std::int16_t>(text[4] << 8 | text[5]);
  }
  std::string answer_coordinator(std::int32_t broker, std::int32_t throttle_ms = 0) const {
    std::string out;
    put(out, correlation);
    put(out, throttle_ms);
    put(out, std::int16_t{0});
    put(out, std::int16_t{-1});
    put(out, broker);
    put(out, std::int16_t{1});
    out += "h";
    put(out, std::int32_t{9092});
    return out;
  }
  void connect(std::int32_t broker, std::int16_t produce_newest) {
    batching::kafka::wire::api_versions_answer knows;
    knows.ranges = {{produce, 0, produce_newest}};
    asking.on_connected(broker, knows);
  }
  void serve_first() {
    first.serve();
    now = first.now;
  }
  /// The newest Produce request was sent to a broker that leads no more.
  void send_away(std::int32_t from, std::int32_t to) {
    const auto r = tests::direct::read_one_request(bytes.view());
    const std::vector<tests::direct::part_answer> told{{"carts", 0, error_code::not_leader_or_follower, -1, -1, to}};
    ASSERT_TRUE(asking.on_response(from, tests::direct::produce_response(r.correlation, told, r.version), now));
    EXPECT_TRUE(asking.take_metadata_request());
  }
  void begin(owner& o) {
    o.owned.should_own(true);
    o.fetch("", 0);
    o.owned.wake(now);
  }

  owner first{0}, second{1};
  claim::time_point now{1000s};
  broker_requests asking{{}};
  batching::kafka::wire::buffer bytes;
  std::int32_t correlation = 0;
};

TEST_F(BrokerRequestsTest, AsksTheLeaderForTheCoordinatorAndThenThatOne) {
  begin(first);
  EXPECT_EQ(next(2), -1);
  ASSERT_EQ(next(1), find_coordinator);
  EXPECT_EQ(next(1), -1) << "one question of a partition at a time";
  ASSERT_TRUE(asking.on_response(1, answer_coordinator(2), now));
  EXPECT_EQ(next(1), -1);
  EXPECT_EQ(next(2), init_producer);
  ASSERT_TRUE(asking.on_response(2, tests::direct::producer_id_response(correlation, 7), now));
  EXPECT_EQ(next(1), list_offsets) << "of the leader";
}

TEST_F(BrokerRequestsTest, AQuestionThatWasLostIsAskedAgainAfterAPause) {
  begin(first);
  ASSERT_EQ(next(1), find_coordinator);
  EXPECT_TRUE(asking.is_busy());
  asking.on_lost(1, false);
  EXPECT_FALSE(asking.is_busy());
  EXPECT_TRUE(asking.take_metadata_request());
  now = first.owned.due();
  EXPECT_EQ(next(1), find_coordinator);
}

TEST_F(BrokerRequestsTest, AppendsOfALeaderTravelInOneRequest) {
  first.serve();
  second.serve();
  now = std::max(first.now, second.now);
  first.append("one");
  second.append("two");
  ASSERT_EQ(next(1), produce);
  const auto r = tests::direct::read_one_request(bytes.view());
  ASSERT_EQ(r.parts.size(), 2U);
  EXPECT_EQ(r.parts[1].batch.records.at(0).value, "two");
  EXPECT_EQ(r.parts[0].batch.producer_id, 7);
  EXPECT_EQ(r.parts[0].batch.base_sequence, 0);
  ASSERT_TRUE(asking.on_response(1,
                                 tests::direct::produce_response(r.correlation, {{"carts", 0, error_code::none, 1},
                                                                                 {"carts", 1, error_code::none, 1}}),
                                 now));
  ASSERT_EQ(first.settled.size(), 1U);
  EXPECT_EQ(first.settled[0].fate, batching::outcome::persisted);
  EXPECT_EQ(second.settled.at(0).first_offset, 1);
}

TEST_F(BrokerRequestsTest, WhatArrivesWhileARequestIsUnderWayIsTheNextOne) {
  first.serve();
  second.serve();
  now = std::max(first.now, second.now);
  first.offer("one");
  ASSERT_EQ(next(1), produce) << "nobody is expected";
  const auto sent = tests::direct::read_one_request(bytes.view());
  first.offer("two");
  first.offer("three");
  second.offer("four");
  EXPECT_EQ(next(1), -1) << "it waits for the answer";
  EXPECT_EQ(asking.due(), now + 5ms);
  now += 1ms;
  ASSERT_TRUE(asking.on_response(
      1, tests::direct::produce_response(sent.correlation, {{"carts", 0, error_code::none, 1}}), now));
  ASSERT_EQ(next(1), produce) << "three of the four that are expected";
  const auto both = tests::direct::read_one_request(bytes.view());
  ASSERT_EQ(both.parts.size(), 2U);
  EXPECT_EQ(both.parts[0].batch.records.size(), 2U) << "one record batch of what waited";
  EXPECT_EQ(both.parts[1].batch.records.at(0).value, "four");
  EXPECT_EQ(asking.due(), claim::time_point::max());
}

TEST_F(BrokerRequestsTest, ARequestThatIsNotAnsweredHoldsNobodyLongerThanTheLinger) {
  first.serve();
  second.serve();
  now = std::max(first.now, second.now);
  first.offer("one");
  ASSERT_EQ(next(1), produce);
  first.offer("two");
  second.offer("three");
  ASSERT_EQ(next(1), -1);
  now += 5ms;
  ASSERT_EQ(next(1), produce);
  const auto r = tests::direct::read_one_request(bytes.view());
  ASSERT_EQ(r.parts.size(), 1U) << "a partition has one record batch under way";
  EXPECT_EQ(r.parts[0].batch.records.at(0).value, "three");
}

TEST_F(BrokerRequestsTest, WhatWaitsForItsTurnIsNotAppendedOnceThePartitionIsLost) {
  first.serve();
  now = first.now;
  first.offer("one");
  first.owned.should_own(false);
  first.owned.wake(now);
  EXPECT_EQ(next(1), -1);
  EXPECT_EQ(first.lost.size(), 1U);
  EXPECT_EQ(asking.due(), claim::time_point::max());
}

TEST_F(BrokerRequestsTest, AnAppendThatWasNotInTheAnswerGoesOutAgainWithTheSameBytes) {
  first.serve();
  now = first.now;
  first.append("one");
  ASSERT_EQ(next(1), produce);
  const auto sent = tests::direct::read_one_request(bytes.view());
  ASSERT_TRUE(asking.on_response(1, tests::direct::produce_response(sent.correlation, {}), now));
  EXPECT_TRUE(first.settled.empty());
  now = first.owned.due();
  ASSERT_EQ(next(1), produce);
  const auto again = tests::direct::read_one_request(bytes.view());
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, sent.parts.at(0).batch.base_sequence);
  EXPECT_EQ(again.parts[0].batch.records_bytes, sent.parts[0].batch.records_bytes);
}

TEST_F(BrokerRequestsTest, ProduceIsSpokenInTheNewestVersionThatTheBrokerKnows) {
  connect(1, 13);
  serve_first();
  first.append("one");
  ASSERT_EQ(next(1), produce);
  const auto r = tests::direct::read_one_request(bytes.view());
  EXPECT_EQ(r.version, 11);
  ASSERT_TRUE(asking.on_response(
      1, tests::direct::produce_response(r.correlation, {{"carts", 0, error_code::none, 1}}, r.version), now));
  EXPECT_EQ(first.settled.at(0).fate, batching::outcome::persisted);
  connect(1, 8);
  first.append("two");
  ASSERT_EQ(next(1), produce);
  EXPECT_EQ(tests::direct::read_one_request(bytes.view()).version, 8);
  ASSERT_NE(asking.terms_of(1), nullptr);
  EXPECT_EQ(asking.terms_of(1)->spoken_version(), 8);
}

TEST_F(BrokerRequestsTest, AThrottlingBrokerIsSentNothingAndIsNotLate) {
  serve_first();
  first.append("one");
  ASSERT_EQ(next(1), produce);
  const auto r = tests::direct::read_one_request(bytes.view());
  ASSERT_TRUE(asking.on_response(
      1, tests::direct::produce_response(r.correlation, {{"carts", 0, error_code::none, 1}}, 7, 30'000), now));
  EXPECT_EQ(first.settled.at(0).fate, batching::outcome::persisted) << "the answer itself is not late";
  EXPECT_EQ(asking.terms_of(1)->throttle(now), 30s);
  first.append("two");
  asking.on_lost(1, true);
  connect(1, 7);
  EXPECT_EQ(next(1), -1) << "another connection would evade the quota";
  now += 30s;
  EXPECT_EQ(next(1), add_partition) << "whether it is still the owner, as the connection was lost";
}

TEST_F(BrokerRequestsTest, AThrottledQuestionHoldsBackTheNextOne) {
  begin(first);
  ASSERT_EQ(next(1), find_coordinator);
  ASSERT_TRUE(asking.on_response(1, answer_coordinator(2), now));
  ASSERT_EQ(next(2), init_producer);
  begin(second);
  ASSERT_EQ(next(1), find_coordinator);
  ASSERT_TRUE(asking.on_response(1, answer_coordinator(2, 5'000), now));
  ASSERT_EQ(next(2), init_producer) << "another broker";
  ASSERT_TRUE(asking.on_response(2, tests::direct::producer_id_response(correlation - 2, 7), now));
  EXPECT_EQ(next(1), -1);
  now += 5s;
  EXPECT_EQ(next(1), list_offsets);
}

TEST_F(BrokerRequestsTest, AnAppendGoesAtOnceToTheLeaderThatItsOldOneNames) {
  for (const std::int32_t broker : {1, 2}) connect(broker, 11);
  serve_first();
  first.append("one");
  ASSERT_EQ(next(1), produce);
  send_away(1, 2);
  EXPECT_EQ(next(1), -1);
  ASSERT_EQ(next(2), produce) << "without metadata, without a pause";
  const auto again = tests::direct::read_one_request(bytes.view());
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, 0) << "the same bytes";
  send_away(2, 1);
  EXPECT_EQ(next(1), -1) << "two brokers that name each other are not asked in a hurry";
  now = first.owned.due();
  EXPECT_EQ(next(1), produce);
}

TEST_F(BrokerRequestsTest, ALeaderThatWasNamedAndIsLostIsForgotten) {
  for (const std::int32_t broker : {1, 2}) connect(broker, 11);
  serve_first();
  first.append("one");
  ASSERT_EQ(next(1), produce);
  send_away(1, 2);
  asking.on_lost(2, true);
  first.owned.wake(now);
  asking.plan(now);
  EXPECT_TRUE(asking.take_metadata_request());
  EXPECT_EQ(next(2), -1);
}

TEST_F(BrokerRequestsTest, AnAnswerToAnotherQuestionEndsTheConnection) {
  begin(first);
  ASSERT_EQ(next(1), find_coordinator);
  correlation += 5;
  EXPECT_FALSE(asking.on_response(1, answer_coordinator(2), now));
}

TEST_F(BrokerRequestsTest, ASilentBrokerIsOverdueAfterTheTimeOfARequest) {
  begin(first);
  ASSERT_EQ(next(1), find_coordinator);
  EXPECT_FALSE(asking.is_overdue(1, now + 12s));
  EXPECT_TRUE(asking.is_overdue(1, now + 12s + 1ms));
}

TEST_F(BrokerRequestsTest, AClosedPartitionsAnswerIsNobodys) {
  begin(first);
  ASSERT_EQ(next(1), find_coordinator);
  asking.remove(first.owned);
  EXPECT_TRUE(asking.on_response(1, answer_coordinator(2), now));
  EXPECT_EQ(first.owned.claimed().coordinator(), -1);
}

}  // namespace
}  // namespace store::ownership
