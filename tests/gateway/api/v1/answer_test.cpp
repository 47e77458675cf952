#include "gateway/api/v1/answer.h"

#include <gtest/gtest.h>

namespace gateway::api::v1 {
namespace {

using batching::ack;
using batching::outcome;
using batching::reason;

struct nobody final : batching::ack_listener {
  void on_acked(ack&) noexcept override {}
};

struct request {
  explicit request(std::uint32_t events, bool each = false) {
    a.begin(&listener, events, each);
    how.each = each;
  }
  int status() { return api::v1::status_of(tally_of(a, how), how.partial); }
  std::string body() {
    std::string to;
    api::v1::append_answer(to, a, how, tally_of(a, how), status());
    return to;
  }
  nobody listener;
  ack a;
  api::v1::answer_how how;
};

TEST(AnswerTest, SaysWhereEveryEventIs) {
  request r(4);
  r.a.settle_persisted(3, 7, 88);
  r.a.settle_persisted(0, 4, 120);
  r.a.settle_persisted(1, 4, 121);
  r.a.settle_failed(2, outcome::rejected, reason::invalid_json, "line 3, byte 17: expected ':' after a key");
  r.a.seal();
  EXPECT_EQ(r.status(), 207);
  EXPECT_EQ(
      r.body(),
      R"({"ack":"broker","events":4,"persisted":3,"duplicate":0,"rejected":1,"not_persisted":0,"possibly_persisted":0,)"
      R"("blocked":0,"partitions":[{"partition":4,"events":2,"first_offset":120,"last_offset":121},)"
      R"({"partition":7,"events":1,"first_offset":88,"last_offset":88}],"failures":[{"index":2,"outcome":"rejected",)"
      R"("code":"invalid_json","detail":"line 3, byte 17: expected ':' after a key"}]})");
}

TEST(AnswerTest, ListsEachResultWhenAsked) {
  request r(3, true);
  r.a.settle_persisted(0, 1, 5);
  r.a.settle_failed(1, outcome::blocked, reason::aggregate_fenced);
  r.a.settle_persisted(2, 1, 6);
  r.a.seal();
  EXPECT_NE(
      r.body().find(R"("results":[{"index":0,"outcome":"persisted","partition":1,"offset":5},)"
                    R"({"index":1,"outcome":"blocked"},{"index":2,"outcome":"persisted","partition":1,"offset":6}]})"),
      std::string::npos)
      << r.body();
}

TEST(AnswerTest, OneOutcomeForAllDecidesTheStatus) {
  const auto all = [](outcome fate, reason why) {
    request r(2);
    r.a.settle_failed(0, fate, why);
    r.a.settle_failed(1, fate, why);
    r.a.seal();
    return r.status();
  };
  EXPECT_EQ(all(outcome::duplicate, reason::none), 200);
  EXPECT_EQ(all(outcome::rejected, reason::invalid_json), 422);
  EXPECT_EQ(all(outcome::not_persisted, reason::partition_full), 503);
  EXPECT_EQ(all(outcome::blocked, reason::earlier_record_unknown), 503);
  EXPECT_EQ(all(outcome::possibly_persisted, reason::producer_failed), 504);
}

TEST(AnswerTest, PersistedAndDuplicateTogetherAreASuccess) {
  request r(2);
  r.a.settle_persisted(0, 1, 5);
  r.a.settle_failed(1, outcome::duplicate, reason::none);
  EXPECT_EQ(r.status(), 200);
  EXPECT_NE(r.body().find(R"("failures":[])"), std::string::npos);
}

TEST(AnswerTest, AcceptedEventsAre202) {
  request r(2);
  r.how.ack = config::ack_level::none;
  r.a.settle_accepted(0);
  r.a.settle_accepted(1);
  r.a.seal();
  EXPECT_EQ(r.status(), 202);
  EXPECT_NE(r.body().find(R"({"ack":"none","events":2,"accepted":2,"persisted":0,)"), std::string::npos) << r.body();
}

TEST(AnswerTest, OpenEventsAtTheTimeoutAreItemisedBetweenTheFailures) {
  request r(4);
  r.a.settle_failed(1, outcome::rejected, reason::missing_key);
  r.a.settle_persisted(3, 0, 9);
  r.a.seal();
  r.how.timed_out = true;
  EXPECT_EQ(r.status(), 504);
  const std::string body = r.body();
  EXPECT_NE(body.find(R"("possibly_persisted":2)"), std::string::npos) << body;
  const auto first = body.find(R"({"index":0,"outcome":"possibly_persisted","code":"answer_timeout")");
  const auto second = body.find(R"({"index":1,"outcome":"rejected","code":"missing_key")");
  const auto third = body.find(R"({"index":2,"outcome":"possibly_persisted")");
  EXPECT_TRUE(first < second && second < third && third != std::string::npos) << body;
  EXPECT_EQ(body.rfind(R"({"type":"urn:headgate:problem:answer_timeout")", 0), 0U);
}

TEST(AnswerTest, AMixedOutcomeSaysAsAnErrorWhatIsStoredAndWhatIsNot) {
  request r(3);
  r.how.partial = config::partial_status::unavailable;
  r.a.settle_persisted(0, 1, 5);
  r.a.settle_failed(1, outcome::rejected, reason::invalid_json);
  r.a.settle_failed(2, outcome::not_persisted, reason::partition_full);
  r.a.seal();
  EXPECT_EQ(r.status(), 503);
  const std::string body = r.body();
  EXPECT_EQ(body.rfind(R"({"type":"urn:headgate:problem:events_partly_taken")", 0), 0U) << body;
  EXPECT_NE(body.find(R"("persisted":1,"duplicate":0,"rejected":1,"not_persisted":1)"), std::string::npos) << body;
  EXPECT_NE(body.find(R"("partitions":[{"partition":1,"events":1,"first_offset":5,"last_offset":5}])"),
            std::string::npos)
      << body;
}

TEST(AnswerTest, EveryReasonIsExplained) {
  for (std::size_t i = 1; i < batching::reasons; ++i)
    EXPECT_FALSE(api::v1::explain(static_cast<reason>(i)).empty()) << i;
}

}  // namespace
}  // namespace gateway::api::v1
