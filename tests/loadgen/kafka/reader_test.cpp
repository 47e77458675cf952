// Reading a topic while its cluster is not ready, against librdkafka's mock brokers.
#include "loadgen/kafka/reader.h"

#include <gtest/gtest.h>

#include <chrono>

#include "loadgen/kafka/failure.h"
#include "tests/loadgen/support/later.h"
#include "tests/loadgen/support/mock_kafka.h"

namespace loadgen_tests {
namespace {

using namespace std::chrono_literals;
using loadgen::kafka::failure;
using loadgen::kafka::partition_span;
using loadgen::kafka::patience;
using loadgen::kafka::reader;
using loadgen::kafka::record_view;

class ReaderTest : public ::testing::Test {
 protected:
  ReaderTest() { kafka_.make_topic("t", 2); }

  reader make(std::chrono::nanoseconds wait_max = 20s, const std::string& topic = "t") {
    return {kafka_.bootstrap(), topic, {}, {wait_max, [this](const std::string& what) { said_ += what + "\n"; }}};
  }

  void write(int records) {
    kafka_.write("t", 0, std::vector<std::string>(static_cast<std::size_t>(records), "value"));
  }

  static std::vector<std::string> read_all(reader& from, const std::vector<partition_span>& spans) {
    std::vector<std::string> values;
    from.read(spans, [&](const record_view& record) { values.emplace_back(record.value); }, {});
    return values;
  }

  /// Why the spans cannot be told; empty: they can.
  std::string why_no_spans(std::chrono::nanoseconds wait_max, const std::string& topic = "t") {
    try {
      make(wait_max, topic).spans();
      return "";
    } catch (const failure& reason) {
      return reason.what();
    }
  }

  mock_kafka kafka_{1};
  std::string said_;
};

TEST_F(ReaderTest, TellsWhereATopicBeginsAndEnds) {
  write(3);
  const auto spans = make().spans();
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].end, 3);
  EXPECT_EQ(spans[1].end, 0);
  EXPECT_EQ(said_, "") << "nothing to wait for";
}

TEST_F(ReaderTest, WaitsForATopicThatWasJustMade) {
  kafka_.set_topic_error("t", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const later made([&] { kafka_.set_topic_error("t", RD_KAFKA_RESP_ERR_NO_ERROR); });
  EXPECT_EQ(make().spans().size(), 2U);
  EXPECT_NE(said_.find("has no topic 't'"), std::string::npos) << said_;
}

TEST_F(ReaderTest, WaitsForALeader) {
  kafka_.set_leader("t", 1, -1);
  const later elected([&] { kafka_.set_leader("t", 1, 1); });
  EXPECT_EQ(make().spans().size(), 2U);
  EXPECT_NE(said_.find("partition 1: Broker: Leader not available"), std::string::npos) << said_;
}

TEST_F(ReaderTest, WaitsOutTheErrorsOfAnElection) {
  reader from = make();
  for (const auto error : {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                           RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH}) {
    // More of them than librdkafka's own attempts.
    kafka_.push_errors(api::list_offsets, std::vector<rd_kafka_resp_err_t>(9, error));
    said_.clear();
    EXPECT_EQ(from.spans().size(), 2U) << rd_kafka_err2name(error);
    EXPECT_NE(said_, "") << rd_kafka_err2name(error) << ": librdkafka waited alone, the test shows nothing";
  }
}

TEST_F(ReaderTest, WaitsForABrokerThatRestarts) {
  kafka_.stop_broker(1);
  const later started([&] { kafka_.start_broker(1); });
  EXPECT_EQ(make().spans().size(), 2U);
}

TEST_F(ReaderTest, WaitsNoLongerThanItIsTold) {
  kafka_.set_leader("t", 1, -1);
  const auto began = std::chrono::steady_clock::now();
  const std::string why = why_no_spans(1s);
  EXPECT_NE(why.find("cannot tell the offsets of 't' (partition 1: Broker: Leader not available); waited 1."),
            std::string::npos)
      << why;
  EXPECT_NE(why.find("--kafka-wait"), std::string::npos) << why;
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(ReaderTest, GivesUpAtOnceOnErrorsThatLast) {
  // Without partitions, as a broker tells of a topic that this user may not see.
  kafka_.make_topic("secret", 0);
  kafka_.set_topic_error("secret", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_NE(why_no_spans(60s, "secret").find("give this user the right"), std::string::npos);
  EXPECT_EQ(said_, "");
}

TEST_F(ReaderTest, SaysWhyABrokerCannotBeReached) {
  kafka_.stop_broker(1);
  const std::string why = why_no_spans(1s);
  EXPECT_NE(why.find("does not answer"), std::string::npos) << why;
  EXPECT_NE(why.find("check the address"), std::string::npos) << why;
}

TEST_F(ReaderTest, ReadsOnAfterAnElectionAndALostConnection) {
  write(5);
  reader from = make();
  const auto spans = from.spans();
  kafka_.push_errors(api::fetch, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT,
                                  RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                                  RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE});
  EXPECT_EQ(read_all(from, spans).size(), 5U);
}

TEST_F(ReaderTest, ReadsOnAfterABrokersRestart) {
  write(5);
  reader from = make();
  const auto spans = from.spans();
  kafka_.stop_broker(1);
  const later started([&] { kafka_.start_broker(1); });
  EXPECT_EQ(read_all(from, spans).size(), 5U);
}

TEST_F(ReaderTest, ABrokerThatStaysAwayEndsTheReading) {
  write(5);
  reader from = make(2s);
  const auto spans = from.spans();
  kafka_.stop_broker(1);
  EXPECT_THROW(read_all(from, spans), failure);
}

TEST_F(ReaderTest, DeletedRecordsAreNamedAndNotSkipped) {
  write(5);
  reader from = make();
  const auto spans = from.spans();
  kafka_.push_errors(api::fetch, std::vector<rd_kafka_resp_err_t>(3, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE));
  try {
    read_all(from, spans);
    FAIL();
  } catch (const failure& reason) {
    EXPECT_NE(std::string(reason.what()).find("raise the topic's retention"), std::string::npos) << reason.what();
  }
}

}  // namespace
}  // namespace loadgen_tests
