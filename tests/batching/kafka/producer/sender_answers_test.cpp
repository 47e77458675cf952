// The parts of answers beside the fate of records: delays that a broker asks for, and the record that it refuses.
#include "batching/kafka/producer/sender.h"
#include "tests/batching/kafka/producer/sender_fixture.h"

namespace tests::direct {
namespace {

using enum batching::kafka::wire::error_code;
using SenderAnswersTest = sender_fixture;

TEST_F(SenderAnswersTest, NothingIsSentWhileABrokerThrottles) {
  add(0, {"a=1"});
  const read_request first = next();
  ASSERT_TRUE(sender.on_response(1, produce_response(first.correlation, {{"t", 0, none, 7, -1}}, 7, 3000), now));
  EXPECT_EQ(fate("a=1"), outcome::persisted) << "the answer itself is not late";
  EXPECT_EQ(sender.throttle(1, now), 3000ms);
  add(0, {"a=2"});
  EXPECT_TRUE(is_silent());
  pass(2900ms);
  sender.on_lost(1, true);  // another connection is the same client
  sender.on_connected(1, {});
  EXPECT_TRUE(is_silent()) << "a new connection would evade the quota";
  EXPECT_LE(sender.due(), now + 100ms);
  pass(100ms);
  EXPECT_EQ(next().parts.at(0).batch.records[0].value, "a=2");
  EXPECT_EQ(sender.throttle(1, now), 3000ms) << "it is shown for a while";
  EXPECT_EQ(sender.throttle(1, now + 11s), 0ms);
}

TEST_F(SenderAnswersTest, ThrottlingHoldsBackOneBrokerAlone) {
  lead({1, 2});
  add(0, {"a=1"});
  const read_request first = next(1);
  ASSERT_TRUE(sender.on_response(1, produce_response(first.correlation, {{"t", 0, none, 7, -1}}, 7, 60'000), now));
  add(0, {"a=2"});
  add(1, {"b=1"});
  EXPECT_TRUE(is_silent(1));
  EXPECT_EQ(next(2).parts.size(), 1U);
}

TEST_F(SenderAnswersTest, NoAnswerWhileABrokerThrottlesIsNoSilence) {
  lead({1, 1});
  add(0, {"a=1"});
  const read_request first = next();
  add(1, {"b=1"});
  EXPECT_TRUE(is_silent()) << "it waits for the answer, or for the linger";
  pass(10ms);
  next();
  ASSERT_TRUE(sender.on_response(1, produce_response(first.correlation, {{"t", 0, none, 7, -1}}, 7, 30'000), now));
  now += 13s;
  EXPECT_FALSE(sender.is_overdue(1, now)) << "the broker reads nothing before its 30 s are over";
  now += 30s;
  EXPECT_TRUE(sender.is_overdue(1, now));
}

TEST_F(SenderAnswersTest, ABrokersDelayHasABound) {
  add(0, {"a=1"});
  const read_request first = next();
  ASSERT_TRUE(
      sender.on_response(1, produce_response(first.correlation, {{"t", 0, none, 7, -1}}, 7, 2'000'000'000), now));
  add(0, {"a=2"});
  pass(batching::kafka::client::broker_terms::throttle_max);
  EXPECT_FALSE(is_silent());
}

TEST_F(SenderAnswersTest, ARecordThatKafkaNamesIsNotSearchedFor) {
  batching::kafka::wire::api_versions_answer knows;
  knows.ranges = {{0, 3, 13}};
  sender.on_connected(1, knows);
  add(0, {"a=0", "a=1", "a=2", "b=3", "b=4", "b=5", "b=6", "b=7"});
  const read_request whole = next();
  EXPECT_EQ(whole.version, 11) << "the newest that both know";
  ASSERT_TRUE(sender.on_response(
      1, produce_response(whole.correlation, {{"t", 0, invalid_record, -1, 5}}, whole.version), now));
  const read_request before = next();
  EXPECT_EQ(before.parts.at(0).batch.count, 5);
  answer(before, none, 10);
  const read_request culprit = next();
  ASSERT_EQ(culprit.parts.at(0).batch.records.size(), 1U);
  EXPECT_EQ(culprit.parts[0].batch.records[0].value, "b=5");
  answer(culprit, invalid_record);
  const read_request behind = next();
  EXPECT_EQ(behind.parts.at(0).batch.count, 2);
  answer(behind, none, 15);
  EXPECT_EQ(fate("b=5"), outcome::rejected);
  EXPECT_EQ(fates()["b=7"], std::pair(outcome::persisted, std::int64_t{16}));
}

/// A cluster whose brokers take Produce up to a version.
struct SenderLeadersTest : sender_fixture {
  void connect(std::int16_t produce_newest) {
    batching::kafka::wire::api_versions_answer knows;
    knows.ranges = {{0, 3, produce_newest}};
    for (const std::int32_t broker : {1, 2, 3}) sender.on_connected(broker, knows);
  }
  void send_away(const read_request& r, std::int32_t to, std::int32_t from = 1) {
    ASSERT_TRUE(sender.on_response(
        from, produce_response(r.correlation, {{"t", 0, not_leader_or_follower, -1, -1, to}}, r.version), now));
  }
};

TEST_F(SenderLeadersTest, ALeaderThatABrokerNamesIsAskedAtOnceWithoutMetadata) {
  connect(13);
  add(0, {"a=1"});
  send_away(next(), 2);
  const read_request again = next(2);
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, 0) << "the same attempt";
  answer(again, none, 7, 2);
  EXPECT_EQ(fate("a=1"), outcome::persisted);
  add(0, {"a=2"});
  EXPECT_TRUE(is_silent(1));
  EXPECT_EQ(next(2).parts.at(0).batch.records[0].value, "a=2") << "until metadata says otherwise";
}

TEST_F(SenderLeadersTest, MetadataThatNamesAnotherBrokerHolds) {
  connect(11);
  add(0, {"a=1"});
  send_away(next(), 2);
  lead({1, 1, 1, 1});
  EXPECT_FALSE(is_silent(2)) << "still the broker that sent us away: that is older";
  pass(3s);
  lead({3, 1, 1, 1});
  answer(next(3), none, 7, 3);
  EXPECT_EQ(fate("a=1"), outcome::persisted);
}

TEST_F(SenderLeadersTest, TwoBrokersThatNameEachOtherAreNotAskedInAHurry) {
  connect(11);
  add(0, {"a=1"});
  send_away(next(1), 2, 1);
  send_away(next(2), 1, 2);
  EXPECT_TRUE(is_silent(1));
  EXPECT_TRUE(is_silent(2));
  EXPECT_GT(sender.due(), now);
  pass(1s);
  EXPECT_FALSE(is_silent(1)) << "the one that metadata names: the other has denied it";
}

TEST_F(SenderLeadersTest, ALeaderThatWasNamedAndDiesIsForgotten) {
  connect(11);
  add(0, {"a=1"});
  send_away(next(1), 2);
  next(2);
  sender.on_lost(2, false);
  EXPECT_FALSE(is_silent(1));
}

TEST_F(SenderLeadersTest, ABrokerThatNobodyKnowsIsNotWaitedFor) {
  connect(11);
  add(0, {"a=1"});
  send_away(next(), 77);
  EXPECT_GT(sender.due(), now) << "it backs off";
  EXPECT_TRUE(sender.take_metadata_request());
}

TEST_F(SenderLeadersTest, EachVersionIsSpokenWhereItIsTheNewest) {
  for (std::int16_t version = 7; version <= 11; ++version) {
    connect(version);
    add(0, {"a=" + std::to_string(version), "b=" + std::to_string(version)});
    add(1, {"c=" + std::to_string(version)});
    const read_request r = next();
    EXPECT_EQ(r.version, version);
    EXPECT_EQ(sender.produce_version(1), version);
    ASSERT_EQ(r.parts.size(), 2U);
    EXPECT_EQ(r.parts[0].batch.count, 2);
    answer(r, none, version * 10);
    EXPECT_EQ(fates()["b=" + std::to_string(version)], std::pair(outcome::persisted, std::int64_t{version * 10 + 1}));
  }
}

TEST_F(SenderAnswersTest, ACulpritOutsideOfTheBatchIsSearchedForAsBefore) {
  batching::kafka::wire::api_versions_answer knows;
  knows.ranges = {{0, 3, 13}};
  sender.on_connected(1, knows);
  add(0, {"a=0", "a=1", "a=2", "a=3"});
  const read_request whole = next();
  ASSERT_TRUE(sender.on_response(
      1, produce_response(whole.correlation, {{"t", 0, invalid_record, -1, 4000}}, whole.version), now));
  EXPECT_EQ(next().parts.at(0).batch.count, 2);
}

}  // namespace
}  // namespace tests::direct
