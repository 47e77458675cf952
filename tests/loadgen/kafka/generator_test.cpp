// Load straight into Kafka while the cluster is not ready, against librdkafka's mock brokers.
#include "loadgen/kafka/generator.h"

#include <gtest/gtest.h>

#include "loadgen/kafka/failure.h"
#include "loadgen/verify/description.h"
#include "tests/loadgen/support/drive.h"
#include "tests/loadgen/support/later.h"
#include "tests/loadgen/support/mock_kafka.h"

namespace loadgen_tests {
namespace {

using loadgen::plan::run_options;

class GeneratorTest : public ::testing::Test {
 protected:
  GeneratorTest() { kafka_.make_topic("events", 2); }

  /// A run straight into the mock, verified from there.
  driven run(const std::function<void(run_options&)>& change = {}) {
    loadgen::run::settings settings;
    settings.verify_kafka = kafka_.bootstrap();
    return drive(
        "kafka://" + kafka_.bootstrap(),
        [&](run_options& o) {
          o.events = "500";
          o.timeout = "20s";
          if (change) change(o);
        },
        settings);
  }

  static void expect_all_proven(const driven& done) {
    EXPECT_EQ(done.counts().with_fate(loadgen::answers::fate::acked), 500U);
    ASSERT_TRUE(done.result->verification) << done.result->verify_error;
    EXPECT_TRUE(done.result->verification->sound()) << loadgen::verify::describe(*done.result->verification);
    EXPECT_EQ(done.result->verification->acked_present, 500U);
  }

  mock_kafka kafka_{1};
};

TEST_F(GeneratorTest, SendsToATopicThatWasJustMade) {
  kafka_.set_topic_error("events", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const later made([&] { kafka_.set_topic_error("events", RD_KAFKA_RESP_ERR_NO_ERROR); });
  expect_all_proven(run());
}

TEST_F(GeneratorTest, SendsOnceALeaderIsElected) {
  kafka_.set_leader("events", 0, -1);
  const later elected([&] { kafka_.set_leader("events", 0, 1); });
  expect_all_proven(run());
}

TEST_F(GeneratorTest, SendsOnThroughAnElection) {
  kafka_.push_errors(api::produce, {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION});
  expect_all_proven(run());
}

TEST_F(GeneratorTest, WaitsForRoomInTheProducersQueue) {
  // A batch is larger than the queue: whatever finds no room waits for what is before it.
  expect_all_proven(run([](run_options& o) {
    o.batch = "100";
    o.kafka_properties = {"queue.buffering.max.messages=20"};
  }));
}

TEST_F(GeneratorTest, AnEventThatIsTooLargeIsRefusedAndNotWaitedFor) {
  const driven done = run([](run_options& o) {
    o.events = "50";
    o.size = "256:90,5000:10";
    o.kafka_properties = {"message.max.bytes=2000"};
  });
  EXPECT_EQ(done.counts().outcome(loadgen::answers::event_outcome::not_persisted),
            done.counts().with_fate(loadgen::answers::fate::refused));
  EXPECT_GT(done.counts().with_fate(loadgen::answers::fate::refused), 0U);
  EXPECT_EQ(done.counts().settled(), 50U);
  ASSERT_TRUE(done.result->verification);
  EXPECT_TRUE(done.result->verification->sound());
}

TEST_F(GeneratorTest, ATopicThatDoesNotComeIsOneClearError) {
  kafka_.set_topic_error("events", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  try {
    run([](run_options& o) { o.kafka_wait = "1s"; });
    FAIL();
  } catch (const loadgen::kafka::failure& reason) {
    EXPECT_NE(std::string(reason.what()).find("has no topic 'events'; waited 1."), std::string::npos) << reason.what();
  }
}

}  // namespace
}  // namespace loadgen_tests
