// Nothing is written behind what the client was invited to send again.
#include "tests/batching/kafka/producer/sender_fixture.h"

namespace tests::direct {
namespace {

using enum batching::kafka::wire::error_code;

struct SenderFencesTest : sender_fixture {
  SenderFencesTest() { answers_leave_at_once = false; }

  [[nodiscard]] reason why(const std::string& value) const {
    for (const auto& b : home.returned)
      for (const batching::settled_range& range : b->ranges())
        for (std::uint32_t i = 0; i < range.count; ++i)
          if (b->records()[range.first + i].value_view() == value) return range.why;
    ADD_FAILURE() << value << " is not settled";
    return reason::none;
  }
  /// Everything there is to send is taken by Kafka.
  void drain(std::int64_t offset) {
    while (sender.is_busy()) {
      const read_request r = next();
      if (r.parts.empty()) return;
      answer(r, none, offset);
      offset += r.parts.at(0).batch.count;
    }
  }
};

// Each refusal that invites a retry.
TEST_F(SenderFencesTest, WhatIsBehindARefusalIsBlockedInTheAttemptInTheQueueAndInWhatIsAdded) {
  for (const auto error : {topic_authorization_failed, invalid_timestamp, unsupported_compression_type,
                           unsupported_for_message_format, unsupported_version, invalid_topic}) {
    const std::string n = std::to_string(static_cast<int>(error));
    add(0, {"a=1." + n, "b=1." + n, "a=2." + n});
    const read_request r = next();
    add(0, {"a=3." + n, "c=1." + n});
    answer(r, error);
    add(0, {"c=2." + n, "a=4." + n});
    drain(0);
    EXPECT_EQ(fate("a=1." + n), outcome::not_persisted);
    EXPECT_EQ(fate("b=1." + n), outcome::not_persisted);
    EXPECT_EQ(fate("a=2." + n), outcome::blocked);
    EXPECT_EQ(fate("a=3." + n), outcome::blocked);
    EXPECT_EQ(fate("a=4." + n), outcome::blocked);
    EXPECT_EQ(why("a=4." + n), reason::earlier_record_failed);
    EXPECT_EQ(fate("c=1." + n), outcome::persisted);
    EXPECT_EQ(fate("c=2." + n), outcome::persisted);
    let_answers_leave();
  }
}

TEST_F(SenderFencesTest, AnUnknownFateBlocksWhatIsAddedToo) {
  add(0, {"a=1"});
  answer(next(), duplicate_sequence_number);
  add(0, {"a=2", "b=1"});
  drain(0);
  EXPECT_EQ(fate("a=1"), outcome::possibly_persisted);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
  EXPECT_EQ(why("a=2"), reason::earlier_record_unknown);
  EXPECT_EQ(fate("b=1"), outcome::persisted);
}

TEST_F(SenderFencesTest, WhatIsAdmittedAfterTheAnswerIsTheClientsDecision) {
  add(0, {"a=1"});
  answer(next(), topic_authorization_failed);
  home.returned.front()->let_go();
  ASSERT_EQ(answered.size(), 1U);
  ASSERT_TRUE(sender.on_answered(answered.front(), now));
  add(0, {"a=2"});  // of a lane that had it before
  now += 1ms;
  add(0, {"a=3"});
  drain(0);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
  EXPECT_EQ(fate("a=3"), outcome::persisted);
}

TEST_F(SenderFencesTest, AFenceIsLiftedOnceEverythingAdmittedBeforeIsThrough) {
  add(0, {"a=1"});
  answer(next(), topic_authorization_failed);
  let_answers_leave();
  add(0, {"a=2"});
  drain(0);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

TEST_F(SenderFencesTest, OtherPartitionsAndEventsWithoutAKeyPass) {
  auto b = std::make_unique<batching::batch>(home, topic, 0);
  b->append("", false, "keyless=1", {}, nullptr, 0);
  sender.add(std::move(b));
  add(0, {"a=1"});
  answer(next(), topic_authorization_failed);
  b = std::make_unique<batching::batch>(home, topic, 0);
  b->append("", false, "keyless=2", {}, nullptr, 0);
  sender.add(std::move(b));
  drain(0);
  add(1, {"a=2"});
  drain(0);
  EXPECT_EQ(fate("keyless=1"), outcome::not_persisted);
  EXPECT_EQ(fate("keyless=2"), outcome::persisted);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

TEST_F(SenderFencesTest, ARejectedRecordStopsNobody) {
  add(0, {"a=1"});
  answer(next(), invalid_record);
  add(0, {"a=2"});
  drain(0);
  EXPECT_EQ(fate("a=1"), outcome::rejected);
  EXPECT_EQ(fate("a=2"), outcome::persisted);
}

TEST_F(SenderFencesTest, AGoneTopicStopsWhatLanesStillHave) {
  add(0, {"a=1"});
  lose_topic();
  lead({1, 1, 1, 1});
  add(0, {"a=2"});
  EXPECT_EQ(fate("a=1"), outcome::not_persisted);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
}

// Many refusals, and a lane that stands still, so that no fence is lifted.
TEST_F(SenderFencesTest, FencesAreBoundedAndNoneIsForgotten) {
  const std::size_t many = batching::kafka::producer::partition_queue::fences_max * 3;
  for (std::size_t i = 0; i < many; ++i) {
    add(0, {"k" + std::to_string(i) + "=first"});
    answer(next(), topic_authorization_failed);
  }
  for (std::size_t i = 0; i < many; ++i) add(0, {"k" + std::to_string(i) + "=second"});
  EXPECT_FALSE(sender.is_busy());
  for (std::size_t i = 0; i < many; ++i) EXPECT_EQ(fate("k" + std::to_string(i) + "=second"), outcome::blocked);
}

struct WithdrawTest : SenderFencesTest {
  void add_for(batching::ack& whose, const std::vector<std::string>& records) {
    auto b = std::make_unique<batching::batch>(home, topic, 0);
    b->admit_at(now, wall_ms);
    for (std::uint32_t i = 0; i < records.size(); ++i)
      b->append(records[i].substr(0, records[i].find('=')), true, records[i], {}, &whose, i);
    sender.add(std::move(b));
  }
  batching::kafka::producer::answers_by_home withdraw(const batching::ack& whose) {
    return sender.withdraw({&home, {&whose}}, until_answered);
  }
  std::vector<std::shared_ptr<void>> until_answered;
  batching::ack late, patient;
};

TEST_F(WithdrawTest, WhatWasNeverSentIsTakenBackAndWhatIsBehindItIsBlocked) {
  add_for(late, {"a=1", "b=1"});
  add_for(patient, {"a=2", "c=1"});
  const auto answers = withdraw(late);
  const auto& list = answers.at(&home);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].answer_to, &late);
  EXPECT_EQ(list[0].fate, outcome::not_persisted);
  EXPECT_EQ(list[0].why, reason::answer_timeout);
  EXPECT_EQ(list[2].answer_to, &patient);
  EXPECT_EQ(list[2].fate, outcome::blocked);
  add(0, {"b=2"});
  drain(0);
  EXPECT_EQ(fate("a=1"), outcome::not_persisted);
  EXPECT_EQ(fate("a=2"), outcome::blocked);
  EXPECT_EQ(fate("b=2"), outcome::blocked) << "the answer has not left";
  EXPECT_EQ(fate("c=1"), outcome::persisted);
  until_answered.clear();
  let_answers_leave();
  add(0, {"b=3"});
  drain(1);
  EXPECT_EQ(fate("b=3"), outcome::persisted);
}

TEST_F(WithdrawTest, WhatMayHaveBeenSentStays) {
  add_for(late, {"a=1"});
  const read_request sent = next();
  add_for(late, {"b=1"});
  EXPECT_EQ(withdraw(late).at(&home).size(), 1U) << "b=1 waits for the answer to a=1";
  EXPECT_EQ(home.returned.size(), 1U);
  sender.on_lost(1, false);
  EXPECT_TRUE(withdraw(late).empty()) << "it may have arrived";
  answer(next(), none, 0);
  EXPECT_EQ(fate("a=1"), outcome::persisted);
}

TEST_F(WithdrawTest, WhatWasRefusedUnwrittenIsTakenBackAndItsSequenceIsFree) {
  add_for(late, {"a=1"});
  add_for(patient, {"b=1"});
  answer(next(), not_enough_replicas);
  EXPECT_EQ(withdraw(late).at(&home).size(), 1U);
  pass(2s);
  const read_request r = next();
  EXPECT_EQ(r.parts.at(0).batch.base_sequence, 0);
  EXPECT_EQ(r.parts.at(0).batch.count, 1);
  answer(r, none, 0);
  EXPECT_EQ(fate("a=1"), outcome::not_persisted);
  EXPECT_EQ(fate("b=1"), outcome::persisted);
}

TEST_F(WithdrawTest, ARequestThatDidNotLeaveWasNeverSent) {
  add_for(late, {"a=1"});
  static_cast<void>(next());
  sender.on_lost(1, true);
  EXPECT_EQ(withdraw(late).at(&home).size(), 1U);
  EXPECT_FALSE(sender.is_busy());
  EXPECT_TRUE(is_silent());
}

}  // namespace
}  // namespace tests::direct
