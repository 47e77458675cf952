#include "loadgen/kafka/wait.h"

#include <gtest/gtest.h>

#include "loadgen/kafka/failure.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::kafka {
namespace {

using namespace std::chrono_literals;
using timing::steady;

constexpr auto no_leader = RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
constexpr auto no_topic = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
constexpr auto unreachable = RD_KAFKA_RESP_ERR__TRANSPORT;
constexpr auto forbidden = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;

class WaitTest : public ::testing::Test {
 protected:
  wait make() {
    return {{30s, [this](const std::string& what) { said_.push_back(what); }, [this] { return interrupted_; }},
            "k:9092",
            "orders",
            "tell the offsets"};
  }

  /// The error of a wait that gives up; empty: it goes on.
  static std::string end_of(wait& until, rd_kafka_resp_err_t error, steady::time_point at) {
    try {
      until.failed(error, "partition 3", at);
      return "";
    } catch (const failure& reason) {
      return reason.what();
    }
  }

  const steady::time_point start_{};
  std::vector<std::string> said_;
  bool interrupted_ = false;
};

TEST_F(WaitTest, PassingErrorsAreWaitedForUntilTheTimeIsOver) {
  wait until = make();
  EXPECT_EQ(end_of(until, no_leader, start_), "");
  EXPECT_EQ(end_of(until, no_leader, start_ + 29s), "");
  EXPECT_EQ(end_of(until, no_leader, start_ + 30s),
            "Kafka at k:9092 cannot tell the offsets of 'orders' (partition 3: Broker: Not leader for partition); "
            "waited 30s for it: look at the state of the brokers and the topic, or wait longer with --kafka-wait");
}

TEST_F(WaitTest, LastingErrorsEndItAtOnce) {
  wait until = make();
  EXPECT_EQ(end_of(until, forbidden, start_),
            "Kafka at k:9092 cannot tell the offsets of 'orders' (partition 3: Broker: Topic authorization failed): "
            "give this user the right to describe and read the topic");
  EXPECT_TRUE(said_.empty());
}

TEST(PassesByItselfTest, TellsElectionsAndRestartsFromWhatLasts) {
  for (const auto error :
       {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
        RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
        RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
        RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE}) {
    EXPECT_TRUE(passes_by_itself(error)) << rd_kafka_err2name(error);
  }
  for (const auto error :
       {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
        RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
        RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__FATAL}) {
    EXPECT_FALSE(passes_by_itself(error)) << rd_kafka_err2name(error);
  }
}

TEST_F(WaitTest, ATopicThatIsNotThereIsToldSooner) {
  wait until = make();
  EXPECT_EQ(end_of(until, no_topic, start_), "");
  EXPECT_EQ(end_of(until, no_topic, start_ + 9s), "");
  EXPECT_EQ(end_of(until, no_topic, start_ + 10s),
            "Kafka at k:9092 has no topic 'orders'; waited 10s for it: make the topic first, or check its name");
}

TEST_F(WaitTest, AStaleAnswerWhileBrokersRestartDoesNotCountAsNoTopic) {
  wait until = make();
  EXPECT_EQ(end_of(until, unreachable, start_), "");
  EXPECT_EQ(end_of(until, no_topic, start_ + 20s), "");
  EXPECT_EQ(end_of(until, unreachable, start_ + 25s), "");
  EXPECT_EQ(end_of(until, no_topic, start_ + 29s), "");
  EXPECT_NE(end_of(until, unreachable, start_ + 30s), "");
}

TEST_F(WaitTest, SuccessStartsTheTimeAnew) {
  wait until = make();
  EXPECT_EQ(end_of(until, no_leader, start_), "");
  until.succeeded();
  EXPECT_EQ(end_of(until, no_leader, start_ + 40s), "");
  EXPECT_NE(end_of(until, no_leader, start_ + 70s), "");
}

TEST_F(WaitTest, SilenceIsBoundedAndNamed) {
  wait until = make();
  until.silent(start_);
  until.silent(start_ + 29s);
  try {
    until.silent(start_ + 30s);
    FAIL();
  } catch (const failure& reason) {
    EXPECT_EQ(std::string(reason.what()),
              "Kafka at k:9092 sends nothing and does not tell the offsets of 'orders'; waited 30s for it: "
              "look at the state of the brokers and the topic, or wait longer with --kafka-wait");
  }
}

TEST_F(WaitTest, AShortWaitDoesNotCutAnAnswerOff) {
  wait until({std::chrono::seconds(0)}, "k:9092", "orders", "send the records");
  until.silent(start_);
  until.silent(start_ + 9s);
  EXPECT_THROW(until.silent(start_ + 10s), failure);
}

TEST_F(WaitTest, ErrorsDoNotInterruptASilence) {
  wait until = make();
  until.silent(start_);
  for (auto at = start_; at < start_ + 29s; at += 1s) EXPECT_EQ(end_of(until, unreachable, at), "");
  EXPECT_THROW(until.silent(start_ + 30s), failure);
}

TEST_F(WaitTest, SaysEachCauseOnceAndForHowLong) {
  wait until = make();
  for (int i = 0; i < 5; ++i) end_of(until, no_leader, start_);
  for (int i = 0; i < 5; ++i) end_of(until, no_topic, start_);
  ASSERT_EQ(said_.size(), 2U);
  EXPECT_EQ(said_[0],
            "waiting 30s at most: Kafka at k:9092 cannot tell the offsets of 'orders' (partition 3: "
            "Broker: Not leader for partition)");
  EXPECT_EQ(said_[1], "waiting 10s at most: Kafka at k:9092 has no topic 'orders'");
}

TEST_F(WaitTest, TheUserMayEndIt) {
  wait until = make();
  EXPECT_EQ(end_of(until, no_leader, start_), "");
  interrupted_ = true;
  EXPECT_NE(end_of(until, no_leader, start_ + 1s).find("interrupted"), std::string::npos);
}

TEST_F(WaitTest, PassesOnTheReasonsOfLibrdkafka) {
  wait until = make();
  EXPECT_EQ(end_of(until, unreachable, start_), "");
  until.note(RD_KAFKA_RESP_ERR__AUTHENTICATION, "SASL: invalid password");
  const std::string text = end_of(until, unreachable, start_ + 30s);
  EXPECT_NE(text.find("SASL: invalid password"), std::string::npos) << text;
  EXPECT_NE(text.find("check security.protocol"), std::string::npos) << text;
}

TEST_F(WaitTest, PausesGrowToTheirBound) {
  wait until = make();
  std::vector<std::chrono::milliseconds> pauses;
  for (int i = 0; i < 6; ++i) pauses.push_back(until.failed(no_leader, "", start_));
  EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}));
}

}  // namespace
}  // namespace loadgen::kafka
