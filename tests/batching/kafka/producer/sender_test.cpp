#include "batching/kafka/producer/sender.h"

#include <algorithm>

#include "tests/batching/kafka/producer/sender_fixture.h"

namespace tests::direct {
namespace {

using enum batching::kafka::wire::error_code;
constexpr auto nobody_knows_this = static_cast<batching::kafka::wire::error_code>(4711);

using SenderTest = sender_fixture;

TEST_F(SenderTest, OneRequestCarriesAllPartitionsOfABroker) {
  add(2, {"a=1", "b=1"});
  add(0, {"c=1"});
  const read_request r = next();
  ASSERT_EQ(r.parts.size(), 2U);
  EXPECT_EQ(r.parts[0].partition, 0);
  EXPECT_EQ(r.parts[1].partition, 2);
  EXPECT_EQ(r.parts[1].batch.records[1].value, "b=1");
  EXPECT_EQ(r.parts[1].batch.producer_id, 100);
  answer(r, none, 40);
  EXPECT_EQ(fates()["b=1"], std::pair(outcome::persisted, std::int64_t{41}));
  EXPECT_FALSE(sender.is_busy());
}

TEST_F(SenderTest, EachBrokerGetsWhatItLeads) {
  lead({1, 2});
  add(0, {"a=1"});
  add(1, {"b=1"});
  EXPECT_EQ(next(1).parts.at(0).partition, 0);
  const read_request r = next(2);
  ASSERT_EQ(r.parts.size(), 1U);
  EXPECT_EQ(r.parts[0].partition, 1);
}

TEST_F(SenderTest, APartitionHasOneBatchUnderWayAndTheNextTakesAllThatWaits) {
  add(0, {"a=1"});
  const read_request first = next();
  add(0, {"a=2"});
  add(0, {"a=3", "a=4"});
  EXPECT_TRUE(is_silent());
  answer(first, none, 7);
  const read_request second = next();
  ASSERT_EQ(second.parts.size(), 1U);
  EXPECT_EQ(second.parts[0].batch.count, 3);
  EXPECT_EQ(second.parts[0].batch.base_sequence, 1);
  answer(second, none, 8);
  EXPECT_EQ(fates()["a=4"].second, 10);
}

TEST_F(SenderTest, WhatTheConnectionLostIsRepeatedUnderTheSameSequence) {
  add(0, {"a=1", "a=2"});
  answer(next(), none, 0);
  add(0, {"a=3"});
  const read_request lost = next();
  add(0, {"a=4"});
  sender.on_lost(1, false);
  const read_request again = next();
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, 2);
  EXPECT_EQ(again.parts.at(0).batch.producer_id, lost.parts.at(0).batch.producer_id);
  ASSERT_EQ(again.parts.at(0).batch.count, 1) << "an attempt that is repeated has exactly its records";
  answer(again, none, 2);
  EXPECT_EQ(next().parts.at(0).batch.base_sequence, 3);
}

TEST_F(SenderTest, WhatKafkaMeansToHaveSomewhereIsNotCalledPersisted) {
  add(0, {"a=1"});
  answer(next(), duplicate_sequence_number, 5);
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
  add(0, {"a=2"});
  answer(next(), none, -1);
  EXPECT_EQ(fate("a=2"), outcome::possibly_persisted);
}

TEST_F(SenderTest, AMovedLeaderIsFoundByMetadata) {
  add(0, {"a=1"});
  answer(next(), not_leader_or_follower);
  EXPECT_TRUE(sender.take_metadata_request());
  EXPECT_TRUE(is_silent());
  lead({2, 1, 1, 1});
  EXPECT_TRUE(is_silent(1));
  const read_request again = next(2);
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, 0);
  answer(again, none, 3, 2);
  EXPECT_EQ(fate("a=1"), outcome::persisted);
}

TEST_F(SenderTest, ASilentLeaderIsNotWaitedForOnceThereIsAnother) {
  add(0, {"a=1"});
  const read_request unanswered = next();
  lead({2, 1, 1, 1});
  EXPECT_TRUE(is_silent(2)) << "it may still answer";
  now += batching::kafka::producer::sender::leader_patience + 1ms;
  lead({2, 1, 1, 1});
  const read_request again = next(2);
  answer(again, none, 3, 2);
  EXPECT_EQ(fates()["a=1"].second, 3);
  answer(unanswered, not_leader_or_follower);  // too late to matter
  EXPECT_FALSE(sender.is_busy());
  EXPECT_EQ(home.returned.size(), 1U);
}

TEST_F(SenderTest, WithoutALeaderItWaitsAndAsks) {
  lead({-1, 1, 1, 1});
  static_cast<void>(sender.take_metadata_request());
  add(0, {"a=1"});
  EXPECT_TRUE(sender.take_metadata_request());
  EXPECT_TRUE(is_silent());
  lead({1, 1, 1, 1});
  EXPECT_EQ(next().parts.size(), 1U);
}

TEST_F(SenderTest, RefusalsAreRepeatedAfterAPauseThatGrows) {
  add(0, {"a=1"});
  auto pause = 80ms;  // 100 ms less the jitter
  for (int i = 0; i < 3; ++i, pause *= 2) {
    answer(next(), not_enough_replicas);
    pass(pause - 1ms);
    EXPECT_TRUE(is_silent()) << i;
    pass(pause);
  }
  answer(next(), none, 1);
  EXPECT_EQ(fate("a=1"), outcome::persisted);
}

TEST_F(SenderTest, WhatWasNeverWrittenIsNotPersistedAndTheRestIsUnknown) {
  add(0, {"refused=1"});
  answer(next(), not_enough_replicas);
  add(1, {"after=1"});
  answer(next(), not_enough_replicas_after_append);
  add(2, {"sent=1"});
  static_cast<void>(next());
  add(2, {"waits=1"});
  EXPECT_EQ(sender.abandon(), 4U);
  EXPECT_EQ(fate("refused=1"), outcome::not_persisted);
  EXPECT_EQ(fate("after=1"), outcome::possibly_persisted);
  EXPECT_EQ(fate("sent=1"), outcome::possibly_persisted);
  EXPECT_EQ(fate("waits=1"), outcome::not_persisted);
  add(0, {"late=1"});
  EXPECT_EQ(fate("late=1"), outcome::not_persisted);
}

TEST_F(SenderTest, ARequestOfWhichNotAByteWasWrittenIsNotUnknown) {
  add(0, {"a=1"});
  static_cast<void>(next());
  sender.on_lost(1, true);
  sender.abandon();
  EXPECT_EQ(fate("a=1"), outcome::not_persisted);
}

TEST_F(SenderTest, ALostSequenceIsBegunAgainUnderTheNextEpoch) {
  add(0, {"a=1"});
  answer(next(), none, 0);
  add(0, {"a=2"});
  answer(next(), out_of_order_sequence_number);
  EXPECT_EQ(sender.producers_lost(), 1U);
  pass(200ms);
  const read_request again = next();
  EXPECT_EQ(again.parts.at(0).batch.producer_id, 100) << "a leader knows the epochs of one id, not which id was before";
  EXPECT_EQ(again.parts.at(0).batch.producer_epoch, 1);
  EXPECT_EQ(again.parts.at(0).batch.base_sequence, 0);
  answer(again, none, 1);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

TEST_F(SenderTest, OtherPartitionsKeepTheirProducer) {
  add(0, {"a=1"});
  add(1, {"b=1"});
  answer(next(), none, 0);
  add(0, {"a=2"});
  answer(next(), out_of_order_sequence_number);
  add(1, {"b=2"});
  const read_request r = next();
  EXPECT_EQ(r.parts.at(0).partition, 1);
  EXPECT_EQ(r.parts.at(0).batch.producer_id, 100);
  EXPECT_EQ(r.parts.at(0).batch.base_sequence, 1);
}

TEST_F(SenderTest, ALostSequenceAfterAnUnknownAttemptIsUnknownAndBlocksItsKeys) {
  add(0, {"a=1"});
  static_cast<void>(next());
  add(0, {"b=1", "a=2", "b=2"});
  sender.on_lost(1, false);
  answer(next(), out_of_order_sequence_number);
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
  const read_request r = next();
  ASSERT_EQ(r.parts.at(0).batch.count, 2);
  EXPECT_EQ(r.parts.at(0).batch.records[1].value, "b=2");
  answer(r, none, 9);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
  EXPECT_EQ(fates()["b=2"].second, 10);
}

// Kafka refuses all of a batch for one record of it and does not say which.
TEST_F(SenderTest, TheRefusedRecordIsFoundAndItsNeighboursArePersisted) {
  add(0, {"a=1", "a=2", "culprit=1", "a=3", "a=4"});
  std::int32_t sequence = 0;
  for (int requests = 0; sender.is_busy() && requests < 20; ++requests) {
    const read_request r = next();
    const read_batch& batch = r.parts.at(0).batch;
    EXPECT_EQ(batch.base_sequence, sequence) << "a refused batch uses no sequence";
    const bool is_refused = std::ranges::any_of(batch.records, [](auto& each) { return each.value == "culprit=1"; });
    answer(r, is_refused ? message_too_large : none, sequence);
    if (!is_refused) sequence += batch.count;
  }
  EXPECT_EQ(fate("culprit=1"), outcome::rejected);
  EXPECT_EQ(fates()["a=2"], std::pair(outcome::persisted, std::int64_t{1}));
  EXPECT_EQ(fates()["a=3"], std::pair(outcome::persisted, std::int64_t{2}));
}

TEST_F(SenderTest, WhereAllAreRefusedEachIsFoundAndTheSearchEnds) {
  std::vector<std::string> records;
  for (int i = 0; i < 1000; ++i) records.push_back("a=" + std::to_string(i));
  add(0, records);
  int requests = 0;
  for (; sender.is_busy(); ++requests) answer(next(), message_too_large);
  EXPECT_LT(requests, 2 * 1000) << "a search is a walk over a binary tree";
  for (const auto& [value, what] : fates()) EXPECT_EQ(what.first, outcome::rejected) << value;
}

// More culprits in a row than splits_max: none of them makes Kafka's refusal fall on a neighbour.
TEST_F(SenderTest, ManyCulpritsPoisonNoNeighbour) {
  std::vector<std::string> records;
  for (int i = 0; i < 1000; ++i) records.push_back((i < 500 ? "culprit=" : "good=") + std::to_string(i));
  add(0, records);
  std::int64_t offset = 0;
  while (sender.is_busy()) {
    const read_request r = next();
    const read_batch& batch = r.parts.at(0).batch;
    const bool is_refused = std::ranges::any_of(batch.records, [](auto& each) { return each.key == "culprit"; });
    answer(r, is_refused ? invalid_record : none, offset);
    if (!is_refused) offset += batch.count;
  }
  for (const auto& [value, what] : fates())
    EXPECT_EQ(what.first, value.starts_with("culprit") ? outcome::rejected : outcome::persisted) << value;
}

TEST_F(SenderTest, ABatchThatWasDamagedOnTheWayIsSentAgain) {
  add(0, {"a=1", "a=2"});
  for (std::uint32_t i = 0; i < batching::kafka::producer::sender::corruptions_max; ++i) {
    answer(next(), corrupt_message);
    pass(2s);
  }
  const read_request again = next();
  EXPECT_EQ(again.parts.at(0).batch.count, 2);
  answer(again, none, 0);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

// Kafka 2.1 to 2.3 say so of a null key in a compacted topic, each time.
TEST_F(SenderTest, ARecordThatIsAlwaysCalledCorruptIsFound) {
  add(0, {"a=1", "culprit=1", "a=2", "a=3"});
  int requests = 0;
  for (; sender.is_busy() && requests < 30; ++requests) {
    const read_request r = next();
    const auto& records = r.parts.at(0).batch.records;
    const bool is_refused = std::ranges::any_of(records, [](auto& each) { return each.value == "culprit=1"; });
    answer(r, is_refused ? corrupt_message : none, 0);
    pass(2s);
  }
  EXPECT_FALSE(sender.is_busy());
  EXPECT_EQ(fate("culprit=1"), outcome::rejected);
  for (const char* good : {"a=1", "a=2", "a=3"}) EXPECT_EQ(fate(good), outcome::persisted);
}

TEST_F(SenderTest, WhatTheClusterCannotTakeIsNoEventsFault) {
  for (const auto error : {unsupported_compression_type, unsupported_for_message_format, unsupported_version}) {
    const std::string name = std::to_string(static_cast<int>(error));
    add(0, {"a=" + name, "b=" + name});
    answer(next(), error);
    EXPECT_EQ(fate("a=" + name), outcome::not_persisted);
    EXPECT_EQ(fate("b=" + name), outcome::not_persisted);
  }
}

TEST_F(SenderTest, WhatNobodyMayWriteIsRefusedAtOnce) {
  add(0, {"a=1", "b=1"});
  answer(next(), topic_authorization_failed);
  EXPECT_EQ(fate("a=1"), outcome::not_persisted);
  EXPECT_EQ(fate("b=1"), outcome::not_persisted);
}

TEST_F(SenderTest, ALargeRecordTravelsAlone) {
  const std::string large = "large=" + std::string(600 * 1024, 'x');
  add(0, {"a=1", large, "a=2"});
  for (const std::size_t count : {1, 1, 1}) {
    const read_request r = next();
    EXPECT_EQ(r.parts.at(0).batch.records.size(), count);
    answer(r, none, 1);
  }
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

TEST_F(SenderTest, BatchesThatWereRefusedTogetherGoOneByOne) {
  add(0, {"a=1"});
  const read_request first = next();
  add(0, {"large=1"});
  add(0, {"b=1"});
  answer(first, none, 0);
  answer(next(), message_too_large);
  answer(next(), message_too_large);
  answer(next(), none, 1);
  EXPECT_EQ(fate("large=1"), outcome::rejected);
  EXPECT_EQ(fate("b=1"), outcome::persisted);
}

TEST_F(SenderTest, ARefusalAfterAnUnknownAttemptIsUnknown) {
  add(0, {"a=1"});
  static_cast<void>(next());
  sender.on_lost(1, false);
  answer(next(), topic_authorization_failed);
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
  add(0, {"a=2"});
  const read_request after = next();
  EXPECT_EQ(after.parts.at(0).batch.producer_epoch, 1) << "the sequence is in doubt";
  EXPECT_EQ(after.parts.at(0).batch.base_sequence, 0);
}

TEST_F(SenderTest, AfterTheLastEpochThereIsANewProducerId) {
  add(0, {"a=0"});
  for (int epoch = 0; epoch <= batching::kafka::producer::partition_queue::epoch_last; ++epoch) {
    const read_request r = next();
    ASSERT_EQ(r.parts.at(0).batch.producer_epoch, epoch);
    ASSERT_EQ(r.parts.at(0).batch.producer_id, 100);
    answer(r, out_of_order_sequence_number);
    pass(2s);
  }
  const read_request r = next();
  EXPECT_EQ(r.parts.at(0).batch.producer_id, 101);
  EXPECT_EQ(r.parts.at(0).batch.producer_epoch, 0);
  add(1, {"b=1"});
  answer(r, none, 0);
  EXPECT_EQ(next().parts.at(0).batch.producer_id, 101) << "nobody begins with an id that is used up";
}

TEST_F(SenderTest, ATopicThatIsGoneSettlesWhatWaitsForIt) {
  add(0, {"a=1"});
  static_cast<void>(next());
  add(0, {"b=1", "a=2"});
  add(1, {"c=1"});
  lose_topic();
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
  EXPECT_EQ(fate("b=1"), outcome::not_persisted);
  EXPECT_EQ(fate("c=1"), outcome::not_persisted);
}

TEST_F(SenderTest, AnErrorNobodyKnowsIsNotRepeatedForEver) {
  add(0, {"a=1"});
  for (std::uint32_t i = 0; i <= batching::kafka::producer::sender::unexpected_max; ++i) {
    answer(next(), nobody_knows_this);
    pass(2s);
  }
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
}

TEST_F(SenderTest, AnswersThatMakeNoSenseEndTheConnection) {
  add(0, {"a=1"});
  const read_request r = next();
  EXPECT_FALSE(sender.on_response(1, "", now));
  EXPECT_FALSE(sender.on_response(1, produce_response(r.correlation + 1, {}), now));
  const std::string whole = produce_response(r.correlation, {{"t", 0, none, 5}});
  EXPECT_FALSE(sender.on_response(1, whole.substr(0, whole.size() - 1), now)) << "the throttle time is missing";
  EXPECT_FALSE(sender.on_response(1, whole, now)) << "nothing was asked";
}

TEST_F(SenderTest, APartitionThatIsNotAnsweredIsRepeated) {
  add(0, {"a=1"});
  add(1, {"b=1"});
  const read_request r = next();
  EXPECT_TRUE(sender.on_response(
      1,
      produce_response(r.correlation, {{"t", 0, none, 5}, {"t", 99, none, 6}, {"u", 0, none, 7}, {"t", -1, none, 8}}),
      now));
  EXPECT_EQ(fate("a=1"), outcome::persisted);
  EXPECT_EQ(next().parts.at(0).partition, 1);
}

// A broker reads a connection's next request when it has answered the one before.
TEST_F(SenderTest, LittleWaitsForTheRequestInFlightButNotLong) {
  add(0, {"a=1"});
  const read_request first = next();
  add(1, {"b=1"});
  EXPECT_TRUE(is_silent());
  EXPECT_EQ(sender.due(), now + 5ms);
  now += 2ms;
  add(2, {"c=1"});
  EXPECT_TRUE(is_silent());
  answer(first, none, 0);
  EXPECT_EQ(next().parts.size(), 2U);
  add(3, {"d=1"});
  EXPECT_TRUE(is_silent());
  now += 5ms;
  EXPECT_EQ(next().parts.size(), 1U);
}

// Tiny records are mostly what Kafka adds to them.
TEST_F(SenderTest, AnAttemptIsBoundedInRecordsToo) {
  add(0, std::vector<std::string>(batching::kafka::producer::partition_queue::attempt_records_max + 1, "a"));
  const read_request r = next();
  EXPECT_EQ(r.parts.at(0).batch.count,
            static_cast<std::int32_t>(batching::kafka::producer::partition_queue::attempt_records_max));
  answer(r, none, 0);
  EXPECT_EQ(next().parts.at(0).batch.count, 1);
}

TEST_F(SenderTest, MuchIsSentBehindTheRequestInFlight) {
  add(0, {"a=1"});
  static_cast<void>(next());
  add(1, {"b=" + std::string(batching::kafka::producer::sender::pipelined_bytes_min, 'x')});
  EXPECT_EQ(next().parts.size(), 1U);
}

TEST_F(SenderTest, RequestsInFlightAreBounded) {
  batching::cluster c;
  c.topics.push_back({true, false, std::vector<std::int32_t>(20, 1)});
  sender.set_cluster(std::make_shared<const batching::cluster>(c), now);
  topic->grow(20);
  add(19, {"first=1"});
  answer(next(), none, 0);
  int sent = 0;
  for (std::int32_t p = 0; p < 20; ++p) {
    add(p, {"a=" + std::to_string(p)});
    bytes.clear();
    sent += sender.next_request(1, now, 1, bytes) ? 1 : 0;  // or it begins to wait
    now += 5ms;
    bytes.clear();
    sent += sender.next_request(1, now, 1, bytes) ? 1 : 0;
  }
  EXPECT_EQ(sent, static_cast<int>(batching::kafka::producer::sender::requests_in_flight_max));
  EXPECT_FALSE(sender.is_overdue(1, now + 10s));
  EXPECT_TRUE(sender.is_overdue(1, now + 13s));
}

TEST_F(SenderTest, AnotherBrokerIsAskedForAProducerWhereOneIsSilent) {
  lead({1, 2});
  add(0, {"a=1"});
  add(1, {"b=1"});
  bytes.clear();
  ASSERT_TRUE(sender.next_request(1, now, 1, bytes));
  EXPECT_TRUE(is_silent(2));
  now += batching::kafka::producer::sender::leader_patience;
  EXPECT_EQ(next(2).parts.at(0).partition, 1);
}

TEST_F(SenderTest, NoProducerIdIsAskedForAgainAfterAPause) {
  add(0, {"a=1"});
  bytes.clear();
  ASSERT_TRUE(sender.next_request(1, now, 1, bytes));
  const read_request asked = read_one_request(bytes.view());
  ASSERT_EQ(asked.api, init_producer_id);
  EXPECT_TRUE(sender.on_response(1, producer_id_response(asked.correlation, -1, coordinator_load_in_progress), now));
  EXPECT_TRUE(is_silent());
  now += 2s;
  EXPECT_EQ(next().parts.size(), 1U);
}

TEST_F(SenderTest, WhoMayHaveNoProducerIdIsAnsweredAndMayAskAgainLater) {
  lead({1, -1, 1, 1});
  add(0, {"a=1", "b=1"});
  add(1, {"leaderless=1"});
  bytes.clear();
  ASSERT_TRUE(sender.next_request(1, now, 1, bytes));
  const read_request asked = read_one_request(bytes.view());
  ASSERT_EQ(asked.api, init_producer_id);
  EXPECT_TRUE(sender.on_response(1, producer_id_response(asked.correlation, -1, cluster_authorization_failed), now));
  EXPECT_FALSE(sender.is_busy());
  ASSERT_FALSE(home.returned.empty());
  EXPECT_EQ(home.returned.front()->ranges().front().why, reason::not_authorized);
  for (const char* each : {"a=1", "b=1", "leaderless=1"}) EXPECT_EQ(fate(each), outcome::not_persisted);
  add(0, {"a=2"});
  EXPECT_TRUE(is_silent());
  now += 2s;
  answer(next(), none, 0);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

}  // namespace
}  // namespace tests::direct
