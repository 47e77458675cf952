// The log lost events that the view has not seen: as retention does it, by Kafka's DeleteRecords.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "../../kafka/real_kafka.h"
#include "read_model.h"

namespace {

using namespace read_model_tests;
using namespace std::chrono_literals;

// Events of one aggregate, in one partition: number n is at offset n.
void produce_numbers(read_model& model, int from, int to) {
  for (int n = from; n < to; ++n) model.produce("agg", R"({"eventType":"E","n":)" + std::to_string(n) + "}");
  model.flush();
}

bool becomes(read_model& model, std::int64_t events) {
  for (int i = 0; i < 150; ++i) {
    if (model.live() > 0 && model.shown()["agg"].events == events) return true;
    std::this_thread::sleep_for(200ms);
  }
  return false;
}

struct CutLogTest : ::testing::Test {
  read_model model{1};
  // A view of the first 100 events, whose projector is not running.
  void SetUp() override {
    child projector = model.start();
    produce_numbers(model, 0, 100);
    ASSERT_TRUE(becomes(model, 100));
    ASSERT_EQ(projector.end(SIGTERM), 0);
  }
};

TEST_F(CutLogTest, AProjectorRefusesToLeaveEventsOut) {
  produce_numbers(model, 100, 200);
  kafka_tests::delete_records(model.topic, 0, 150);
  child projector = model.start();
  EXPECT_EQ(projector.wait_for(60), 1);
  EXPECT_EQ(model.shown()["agg"].events, 100);
}

TEST_F(CutLogTest, EventsThatTheViewHasMayGo) {
  kafka_tests::delete_records(model.topic, 0, 100);
  child projector = model.start();
  produce_numbers(model, 100, 110);
  EXPECT_TRUE(becomes(model, 110));
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

TEST_F(CutLogTest, AnAcceptedLossIsAcceptedOnce) {
  produce_numbers(model, 100, 200);
  kafka_tests::delete_records(model.topic, 0, 200);
  child accepting = model.start({"--from-what-is-left"});
  std::this_thread::sleep_for(3s);
  EXPECT_EQ(accepting.end(SIGTERM), 0);
  child projector = model.start();
  produce_numbers(model, 200, 205);
  EXPECT_TRUE(becomes(model, 105));
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

// Retention overtakes a projector that is slow, not away.
TEST_F(CutLogTest, AProjectorThatIsOvertakenRefusesToo) {
  child projector = model.start({"--kafka-property", "max.partition.fetch.bytes=1000"});
  produce_numbers(model, 100, 110);
  ASSERT_TRUE(becomes(model, 110));
  projector.send(SIGSTOP);
  produce_numbers(model, 110, 120);  // the answer to the fetch that is under way
  for (int n = 120; n < 5'000; n += 488) produce_numbers(model, n, n + 488);
  kafka_tests::delete_records(model.topic, 0, 4'990);
  projector.send(SIGCONT);
  EXPECT_EQ(projector.wait_for(90), 1);
  EXPECT_LT(model.shown()["agg"].events, 4'990);
}

TEST_F(CutLogTest, RebuildAndVerifyRefuseACutLogAndARebuildOfWhatIsLeftGoesOn) {
  kafka_tests::delete_records(model.topic, 0, 100);
  EXPECT_EQ(model.run_command("rebuild"), 1);
  EXPECT_EQ(model.run_command("verify"), 1);
  EXPECT_EQ(model.live(), 1);
  EXPECT_EQ(model.run_command("rebuild", {"--from-what-is-left"}), 0);
  child projector = model.start();  // of the new generation, in whose partition no event was left
  produce_numbers(model, 100, 107);
  EXPECT_TRUE(becomes(model, 7));
  EXPECT_EQ(projector.end(SIGTERM), 0);
}

TEST(NewLogTest, ATopicThatWasMadeAnewIsRefused) {
  read_model model(1);
  {
    child projector = model.start();
    produce_numbers(model, 0, 100);
    ASSERT_TRUE(becomes(model, 100));
    EXPECT_EQ(projector.end(SIGTERM), 0);
  }
  model.execute("update " + model.keyspace +
                ".readmodel_positions using timestamp 5000 set next = 4999 where projection = 'latest' and "
                "generation = 1 and part = 0");  // as if the log before had been longer
  child projector = model.start({"--from-what-is-left"});
  EXPECT_EQ(projector.wait_for(60), 1);
}

}  // namespace
